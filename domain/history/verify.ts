import { contentHash } from '../content-hash.ts';
import { counted } from '../counted.ts';
import type { KeptVerdict } from '../host/host-reports.ts';
import { decidingItems } from './decision-integrity.ts';
import { type Chain, firstBreak, isEventList, type RollbackEvent } from './event.ts';
import {
  type ExportedBrakes,
  type ExportedLinks,
  type ExportedRollback,
  type ExportKey,
  readExportText,
} from './export.ts';
import { type Evidence, historyIntegrity, strangeText } from './history-integrity.ts';
import type { Finding, Link } from './link.ts';
import { missingExecution } from './missing-execution.ts';
import { type RollbackRecord, recordOf } from './record.ts';

/**
 * The verification of one rollback, and of one exported object. Pure: the caller reads everything first.
 *
 * A finding is a break that an auditor must explain. A note is worth knowing and breaks nothing.
 */
export type Verdict = { readonly findings: readonly Finding[]; readonly notes: readonly string[] };

/** The execution of a rollback, as Step Functions has it. */
export type ExecutionEvidence =
  /** Nobody asked Step Functions: the history is verified from files. */
  | { readonly state: 'not read' }
  /** Step Functions has no such execution. */
  | { readonly state: 'gone' }
  | {
      readonly state: 'kept';
      readonly status: string;
      /** The end of the chain of events in the execution's own history; undefined: no state has ended yet. */
      readonly witness: Chain | undefined;
    };

/** A statement outside the rollback's own items that its chain had this event; `says` names its place. */
export type Claim = { readonly count: number; readonly head: string; readonly says: string };

/** Everything that is compared to verify one rollback. */
export type RollbackEvidence = {
  readonly rollback: string;
  readonly record: RollbackRecord | undefined;
  readonly index: Evidence['index'];
  readonly events: readonly RollbackEvent[];
  readonly hosts: readonly KeptVerdict[];
  readonly hostItems?: Evidence['hostItems'];
  readonly execution: ExecutionEvidence;
  /** The ending, decisions and people's executions outside of the history (history-integrity.ts); absent: not read. */
  readonly elsewhere?: Pick<Evidence, 'outcome' | 'decisions' | 'questions' | 'executions'>;
  readonly strange?: Evidence['strange'];
  readonly indexed?: Evidence['indexed'];
  /** Number of its entries that wait in the state table, because the history table did not accept them yet. */
  readonly waiting: number;
};

/** Verifies one rollback against its own chain, its execution, and every claim of links and exports. */
export function verifyRollback(evidence: RollbackEvidence, claims: readonly Claim[], now: number): Verdict {
  const { rollback, waiting } = evidence;
  const notes = waiting > 0 ? [`${rollback}: ${waiting} entries wait in the state table; Reconcile writes them`] : [];
  const strange = (evidence.strange ?? []).map((key) => found(rollback, strangeText(key)));
  const missing = missingItems(evidence, claims);
  if (missing) return { findings: [...(waiting > 0 ? [] : [found(rollback, missing)]), ...strange], notes };
  const parts = partsOf(evidence, claims, now);
  return {
    findings: [...parts.flatMap((one) => one.findings), ...strange],
    notes: [...notes, ...parts.flatMap((one) => one.notes)],
  };
}

/** Events that somebody chained again may lack what a RECORD is made of. That is a finding, and the verification goes on. */
function partsOf(evidence: RollbackEvidence, claims: readonly Claim[], now: number): Verdict[] {
  const outside = [claimed(evidence, claims), unclaimed(evidence, claims, now)];
  try {
    return [ownChain(evidence), ...outside, executed(evidence, now)];
  } catch (error) {
    const { rollback } = evidence;
    return [
      broken(rollback, `CHANGED: the events of ${rollback} make no RECORD: ${(error as Error).message}`),
      ...outside,
    ];
  }
}

const found = (rollback: string | null, says: string): Finding => ({ rollback, says });
const nothing: Verdict = { findings: [], notes: [] };
const broken = (rollback: string | null, ...says: readonly string[]): Verdict => ({
  findings: says.map((one) => found(rollback, one)),
  notes: [],
});
const note = (says: string): Verdict => ({ findings: [], notes: [says] });

/** Returns what is missing of a rollback that must be there, in a sentence; undefined if its events and RECORD are there. */
function missingItems(
  { rollback, record, events, hosts, strange = [] }: RollbackEvidence,
  claims: readonly Claim[],
): string | undefined {
  if (record && events.length > 0) return undefined;
  const [claim] = claims;
  if (!record && events.length === 0 && hosts.length === 0)
    return claim || strange.length > 0
      ? `DELETED: the history does not hold ${rollback}${claim ? `, which was ${claim.says}` : ''}`
      : `UNKNOWN: No item, link or export names ${rollback}. Check the id and the environment`;
  if (events.length === 0)
    return claim
      ? `DELETED: the history holds items of ${rollback}, and none of its events; it was ${claim.says}`
      : `INVENTED: the history holds items of ${rollback}, and no event, link or export names it`;
  return `DELETED: the history holds ${counted(events.length, 'event')} of ${rollback}, and no RECORD`;
}

/** Verifies a rollback's own items: events, RECORD, index attributes and host reports. */
function ownChain(evidence: RollbackEvidence): Verdict {
  const { rollback, record, events, execution } = evidence;
  const [opening] = events;
  if (!record || !opening) return nothing;
  const foreign = events.find((event) => event.rollback !== rollback);
  if (foreign)
    return broken(rollback, `RENAMED: event ${foreign.sequence} of ${rollback} is one of ${foreign.rollback}`);
  if (opening.type !== 'Rollback opened')
    return broken(rollback, `CHANGED: event 1 of ${rollback} is "${opening.type}", not "Rollback opened"`);
  if (!String(opening.detail['execution_arn']).endsWith(`:${rollback}`))
    return broken(rollback, `RENAMED: ${rollback} names another execution: ${String(opening.detail['execution_arn'])}`);
  const witness = execution.state === 'kept' ? execution.witness : undefined;
  // The event that names them may wait in the state table.
  const elsewhere = evidence.waiting > 0 ? {} : evidence.elsewhere;
  const { whole, says } = historyIntegrity({ ...evidence, strange: [], record, witness, ...elsewhere });
  if (!whole) return broken(rollback, `CHANGED: ${rollback}: ${says}`);
  return strangeReports(evidence);
}

/**
 * Finds host reports on steps that the rollback never did. A step that was interrupted before its event has reports
 * without a hash; those are only noted. So are those of a plan or a drill, which name their steps at their end.
 */
function strangeReports({ rollback, record, events, hosts }: RollbackEvidence): Verdict {
  const hashed = new Set(events.flatMap(({ detail }) => Object.keys(Object(detail['reports']))));
  const named = new Set(events.map(({ detail }) => detail['step']));
  const uncovered = [...new Set(hosts.map(({ step }) => step))].filter((step) => !hashed.has(step));
  const isExplained = (step: string) =>
    named.has(step) || (isDry(record) && !events.some(({ type }) => type === 'Planned'));
  const strange = uncovered.filter((step) => !isExplained(step));
  return {
    findings: strange.map((step) =>
      found(rollback, `ADDED: ${rollback} has host reports on ${step}, a step that no event names`),
    ),
    notes: uncovered
      .filter(isExplained)
      .map((step) => `${rollback}: the host reports on ${step} are covered by no hash, because no event follows them`),
  };
}

/** Whether the rollback touched no host: a plan or a drill. */
const isDry = (record: RollbackEvidence['record']) => record?.mode === 'plan' || record?.mode === 'simulate';

/** Holds the chain against the claims of links and exports. */
function claimed({ rollback, events, waiting }: RollbackEvidence, claims: readonly Claim[]): Verdict {
  const findings = claims.flatMap(({ count, head, says }) => {
    const hash = events[count - 1]?.hash;
    if (hash === head || (hash === undefined && waiting > 0)) return [];
    const seen = hash === undefined ? 'is missing' : 'is another one';
    return [found(rollback, `CHANGED: event ${count} of ${rollback} ${seen} (${says})`)];
  });
  return { findings, notes: [] };
}

/** A function has written the link of a seal by this time after the event, however often it was retried. */
const graceMilliseconds = 10 * 60_000;

/** Whether an instant (ISO 8601) is within a time of now, before or after: one in the far future, or none, is not. */
export const isRecent = (at: string, now: number, within: number): boolean => Math.abs(now - Date.parse(at)) < within;

/**
 * Finds the events of an ended rollback that follow every claim: nobody who writes the history by its functions leaves
 * events behind the last seal without a link.
 */
function unclaimed({ rollback, events, waiting }: RollbackEvidence, claims: readonly Claim[], now: number): Verdict {
  const last = events.at(-1);
  const ended = events.some(({ type }) => type === 'Rollback closed');
  const covered = Math.max(0, ...claims.map(({ count }) => count));
  if (last && !ended && covered === 0) return note(`${rollback} is open and has no link yet`);
  if (!last || !ended || last.sequence <= covered) return nothing;
  const which = `events ${covered + 1} to ${last.sequence} of ${rollback}`;
  if (waiting > 0 || isRecent(last.at, now, graceMilliseconds)) return note(`${which} have no link yet`);
  if (covered === 0) return broken(rollback, `INVENTED: the history holds ${rollback}, and no link names it`);
  return broken(rollback, `ADDED: ${which} follow its last seal, and no link confirms them`);
}

/** Holds the ending against the execution's status. */
function executed({ rollback, events, execution, waiting }: RollbackEvidence, now: number): Verdict {
  const [opening] = events;
  if (opening?.type !== 'Rollback opened' || execution.state === 'not read') return nothing;
  if (execution.state === 'gone') {
    const invented = missingExecution(rollback, opening.at, now);
    return invented === undefined
      ? note(`${rollback}: not compared with its execution, which Step Functions has deleted`)
      : broken(rollback, invented);
  }
  const { ending } = recordOf(events);
  if (execution.status !== 'SUCCEEDED') {
    const isLeft = execution.status !== 'RUNNING' && ending === null;
    return isLeft
      ? note(`${rollback}: its execution ended ${execution.status}; Reconcile has not closed it yet`)
      : nothing;
  }
  if (ending === null && waiting > 0) return nothing;
  return ending === null || ending === 'Needs a person'
    ? broken(
        rollback,
        `CHANGED: the execution of ${rollback} SUCCEEDED, but its history says "${ending ?? 'no ending'}"`,
      )
    : nothing;
}

/** Verifies one exported object by its key and its text, without anything else. */
export function verifyExported(key: ExportKey, name: string, text: string): Verdict {
  try {
    if (key.kind === 'brakes') return exportedBrakes(key, name, text);
    return key.kind === 'links' ? exportedLinks(key, name, text) : exportedRollback(key, name, text);
  } catch (error) {
    return broken(
      key.kind === 'rollback' ? key.rollback : '',
      `CHANGED: the export ${name} ${(error as Error).message}`,
    );
  }
}

function exportedRollback(key: Extract<ExportKey, { kind: 'rollback' }>, name: string, text: string): Verdict {
  const { link, record, events, hosts, decisions } = readExportText<ExportedRollback>(text);
  const { rollback, count, head, month } = key;
  const misnamed = link.kind !== 'sealed' || link.rollback !== rollback || link.month !== month || link.head !== head;
  if (misnamed || link.count !== count || !isIntact(link))
    return broken(rollback, `RENAMED: the export ${name} holds another seal than its name says`);
  if (events.length !== count)
    return broken(
      rollback,
      `CHANGED: the export ${name} holds ${counted(events.length, 'event')}; its seal is of ${count}`,
    );
  if (record === null)
    return broken(
      rollback,
      `CHANGED: the export ${name} holds no RECORD: its events made none when they were exported, or it was taken out`,
    );
  const evidence = {
    rollback,
    record,
    index: undefined,
    events,
    hosts,
    execution: { state: 'not read' },
    elsewhere: { decisions: decidingItems(events, decisions) },
    waiting: 0,
  } as const;
  const verdict = ownChain(evidence);
  const rest = claimed(evidence, [{ count, head, says: `the name of the export ${name}` }]);
  return { findings: [...verdict.findings, ...rest.findings], notes: verdict.notes };
}

function exportedBrakes(key: Extract<ExportKey, { kind: 'brakes' }>, name: string, text: string): Verdict {
  const { link, events } = readExportText<ExportedBrakes>(text);
  const { count, head, month } = key;
  const misnamed = link.kind !== 'brakes changed' || link.month !== month || link.head !== head || link.count !== count;
  const isNamed = !misnamed && isIntact(link) && isEventList(events);
  if (!isNamed || events.length !== count || events.at(-1)?.hash !== head)
    return broken(null, `CHANGED: the export ${name} holds another history of the brakes than its name says`);
  const changed = firstBreak(events);
  if (changed === undefined) return nothing;
  const what = `a history of the brakes whose event ${changed} does not continue the chain of hashes`;
  return broken(null, `CHANGED: the export ${name} holds ${what}`);
}

function exportedLinks(key: Extract<ExportKey, { kind: 'links' }>, name: string, text: string): Verdict {
  const { links } = readExportText<ExportedLinks>(text);
  const { month, from, to, hash } = key;
  const isNamed = links.length === to - from + 1 && links.at(-1)?.hash === hash;
  const changed = links.find((link, i) => link.month !== month || link.sequence !== from + i || !isIntact(link));
  if (!isNamed || changed)
    return {
      findings: [{ rollback: null, says: `CHANGED: the export ${name} holds other links than its name says` }],
      notes: [],
    };
  return nothing;
}

const isIntact = ({ hash, ...link }: Link) => contentHash(link) === hash;
