import { contentHash } from '../content-hash.ts';
import { counted } from '../counted.ts';
import type { Ending } from '../ending.ts';
import { areReportsOf, type KeptVerdict } from '../host/host-reports.ts';
import type { Key } from '../tables.ts';
import {
  changedDecisions,
  changedQuestions,
  contradictedByExecutions,
  type KeptDecision,
  type KeptQuestion,
} from './decision-integrity.ts';
import { type Chain, firstBreak, type RollbackEvent } from './event.ts';
import { type HostItem, wrongHostAttributes } from './host-integrity.ts';
import { mustBeIndexed, openedFormat, wrongIndexAttributes } from './index-integrity.ts';
import { keyText } from './listed-item.ts';
import { type RollbackRecord, recordOf } from './record.ts';

/** Whether a history is intact, and a sentence for the auditor. */
type HistoryIntegrity = { readonly whole: boolean; readonly says: string };

/** Everything that is compared to check a history. */
export type Evidence = {
  readonly record: RollbackRecord;
  /** The RECORD's index attributes; empty: an older version stored it, or somebody took them away. Undefined: not compared. */
  readonly index: Readonly<Record<string, unknown>> | undefined;
  readonly events: readonly RollbackEvent[];
  /** Every host's verdict on every step. */
  readonly hosts: readonly KeptVerdict[];
  /** The HOST items of these verdicts with all that is stored in them; undefined: not compared. */
  readonly hostItems?: readonly HostItem[] | undefined;
  /** The end of the chain in the execution's own history; undefined: Step Functions deletes it after 90 days. */
  readonly witness: Chain | undefined;
  /** The execution's own ending in Step Functions; undefined: it runs, or is deleted. */
  readonly outcome?: Ending | undefined;
  /** The finding if Step Functions must still have the execution, and has none. */
  readonly missing?: string | undefined;
  /** The decisions on the rollback's questions in the state table; undefined: not compared. */
  readonly decisions?: readonly KeptDecision[] | undefined;
  /** The items of the rollback's questions in the state table; undefined: not compared. */
  readonly questions?: readonly KeptQuestion[] | undefined;
  /** The keys of items under the rollback's partition keys that no reader understands (own-items.ts). */
  readonly strange?: readonly Key[] | undefined;
  /** Every item has index attributes by now; absent: only those of a rollback whose opening event says so. */
  readonly indexed?: boolean | undefined;
  /** The executions that gave answers or released the fleet, by ARN; undefined: not compared. */
  readonly executions?: ReadonlyMap<string, 'missing' | 'unreadable' | { readonly input: unknown }> | undefined;
};

/**
 * Checks the history of a rollback. It is whole if
 * - no event is changed, missing or out of place, the last ones included;
 * - the stored RECORD equals the record that the events make, and has no other field;
 * - so do the attributes by which the RECORD is found;
 * - its execution exists, as long as Step Functions keeps executions, and ended with its ending;
 * - every host's report matches the hash in its step's event, and its HOST item holds nothing else;
 * - the decisions in the state table match the hashes in the events of the settled questions, and the questions theirs;
 * - no execution of a person contradicts the answer or the release that names it;
 * - no other item lies under its partition keys.
 */
export function historyIntegrity(evidence: Evidence): HistoryIntegrity {
  const { record, events, witness } = evidence;
  const broken = firstBreak(events) ?? (events.length < record.events ? events.length + 1 : undefined);
  if (broken !== undefined) return notWhole(`BROKEN at event ${broken}: changed, missing or out of place`);
  if (witness && events[witness.count - 1]?.hash !== witness.head)
    return notWhole(`BROKEN: event ${witness.count} is missing, or differs from the execution's own history`);
  return againstRecord(evidence);
}

/** Events that somebody chained again may lack what a RECORD is made of. */
function againstRecord(evidence: Evidence): HistoryIntegrity {
  try {
    return againstEvents(evidence, recordOf(evidence.events));
  } catch (error) {
    return notWhole(`The events make no RECORD: ${(error as Error).message}`);
  }
}

/** Holds everything else against the record that the intact events make. */
function againstEvents(evidence: Evidence, made: RollbackRecord): HistoryIntegrity {
  const { record, index, events, hosts, witness } = evidence;
  const differing = differingFields(record, made);
  if (differing.length > 0) return notWhole(`The RECORD does NOT match its events: ${differing.join(', ')}`);
  const added = Object.keys(record).filter((name) => !(name in made));
  if (added.length > 0)
    return notWhole(
      `The RECORD has fields that no event makes: ${added.join(', ')}. If a newer version of the product wrote them, use that version`,
    );
  const isIndexed = mustBeIndexed(evidence);
  const hidden = wrongIndexAttributes(index, made, evidence);
  if (hidden.length > 0) return notWhole(`The RECORD's index does NOT match its events: ${hidden.join(', ')}`);
  const changed = changedReports(events, hosts);
  if (changed.length > 0) return notWhole(`Host reports do NOT match their events: ${changed.join(', ')}`);
  const strange = wrongHostAttributes(evidence.hostItems ?? [], made, isIndexed);
  if (strange.length > 0) return notWhole(`HOST items do NOT match their verdicts: ${strange.join(', ')}`);
  const elsewhere = contradictedElsewhere(evidence);
  if (elsewhere) return notWhole(elsewhere);
  const unchecked = witness ? '' : "; not compared with the execution's own history, which is unavailable";
  return {
    whole: true,
    says: `whole: ${counted(events.length, 'event')}, head ${record.head}; the record matches them${unchecked}`,
  };
}

/** The endings that a drill or a plan may get although its execution has reached none. */
const endedBeside: readonly Ending[] = ['Planned', 'Not planned', 'Drill failed', 'Drill stopped'];

/** Returns what contradicts a history outside of its table; undefined if nothing does. */
function contradictedElsewhere({
  record,
  events,
  outcome,
  missing,
  decisions,
  questions,
  executions,
  strange = [],
}: Evidence): string | undefined {
  if (missing) return missing;
  // An execution that was stopped, or could not be closed, has no ending until Reconcile writes it.
  const open = record.ending === null && outcome === 'Needs a person';
  // Reconcile, or a function that ran on, ends a drill or a plan whose execution was stopped or timed out.
  const stopped = endedBeside.some((one) => one === record.ending) && outcome === 'Needs a person';
  if (outcome && outcome !== record.ending && !open && !stopped)
    return `The RECORD's ending is NOT the execution's own: ${record.ending ?? 'none'}, and the execution ended ${outcome}`;
  const changed = decisions ? changedDecisions(events, decisions) : [];
  if (changed.length > 0) return `Decisions in the state table do NOT match their events: ${changed.join(', ')}`;
  const asked = questions ? changedQuestions(events, questions) : [];
  if (asked.length > 0) return `Questions in the state table do NOT match their events: ${asked.join(', ')}`;
  const contradicted = executions ? contradictedByExecutions(events, executions) : [];
  if (contradicted.length > 0) return `Executions do NOT match their events: ${contradicted.join(', ')}`;
  return strange.length > 0 ? strange.map(strangeText).join('; ') : undefined;
}

/** Returns the finding about an item that lies where the product writes another kind of item, or none. */
export const strangeText = (key: Key): string =>
  `ADDED: ${keyText(key)} is no item of this product. Find out who wrote it`;

/** Compares all fields by one hash first: a history of 100,000 rollbacks has millions of fields. */
const differingFields = (record: RollbackRecord, made: RollbackRecord) =>
  contentHash(record) === contentHash(made)
    ? []
    : (Object.keys(made) as (keyof RollbackRecord)[]).filter(
        (name) => contentHash(made[name]) !== contentHash(record[name] ?? null),
      );

const notWhole = (says: string): HistoryIntegrity => ({ whole: false, says });

/** Returns the steps whose stored reports do not have the hash in the newest event about the step. */
function changedReports(events: readonly RollbackEvent[], hosts: readonly KeptVerdict[]): string[] {
  const hashes: Record<string, unknown> = Object.assign({}, ...events.map(({ detail }) => detail['reports'] ?? {}));
  // Hashes have covered `answered` for longer than openings have named the format of the index attributes.
  const isOlder = openedFormat(events) === undefined;
  return Object.keys(hashes).filter(
    (step) =>
      !areReportsOf(
        hashes[step],
        hosts.filter((one) => one.step === step),
        { withoutAnswered: isOlder },
      ),
  );
}
