import { type Part, partValue } from '../evidence/gathered.ts';
import type { RollbackEvent } from '../history/event.ts';
import type { RollbackRecord } from '../history/record.ts';
import type { KeptVerdict } from '../host/host-reports.ts';

/** One attempt at a step on the fleet. Instants in epoch milliseconds; `to`: null while it runs. */
export type Attempt = {
  readonly from: number;
  readonly to: number | null;
  readonly result: 'done' | 'failed' | 'running' | 'ended';
  /** The hosts that had not done it at its end. null: the event does not name all of them. */
  readonly without: readonly string[] | null;
};

/** One step on the whole fleet. */
export type StepRow = {
  readonly step: string;
  readonly attempts: readonly Attempt[];
  readonly verdict: RollbackRecord['steps'][number]['verdict'];
  readonly hosts_done: number;
};

/** One step on a host: its verdict, and the time until the product saw its result. */
export type Cell = {
  readonly step: string;
  readonly verdict: KeptVerdict['verdict'] | 'no report';
  readonly from: number | null;
  readonly to: number | null;
};

/** Hosts whose steps went alike. */
export type HostGroup = { readonly names: readonly string[]; readonly cells: readonly Cell[] };

/**
 * Returns the steps of a rollback in their order, each with its attempts. A step that was refused before it began, because the hosts
 * have no common target, is no step of the record; here it is one that failed.
 */
export function stepRows({ steps }: Pick<RollbackRecord, 'steps'>, events: readonly RollbackEvent[]): StepRow[] {
  const refused = new Set(events.filter(isRefusal).map(({ detail }) => String(detail['step'])));
  const begun = steps.map(({ step, verdict, hosts_done }) => ({ step, verdict, hosts_done }));
  const never = [...refused].filter((step) => !steps.some((one) => one.step === step));
  const all = [...begun, ...never.map((step) => ({ step, verdict: 'failed' as const, hosts_done: 0 }))];
  return all.map((one) => ({ ...one, attempts: attemptsOf(one.step, events) }));
}

const isRefusal = ({ type }: RollbackEvent) => type === 'Target not frozen';

const stepEnds: readonly string[] = ['Step done', 'Step failed'];
const ends: readonly string[] = ['Execution stopped', 'Rollback closed'];

function attemptsOf(step: string, events: readonly RollbackEvent[]): Attempt[] {
  const found: Attempt[] = [];
  for (const { type, detail, at } of events) {
    const last = found.at(-1);
    const isOwn = detail['step'] === step;
    const checked = type.startsWith('Recovery ') && Array.isArray(detail['checks']) && detail['checks'].includes(step);
    if (type === 'Target not frozen' && isOwn) {
      const instant = Date.parse(at);
      found.push({ from: instant, to: instant, result: 'failed', without: null });
    } else if (type === 'Step started' && isOwn) {
      if (last?.to === null) found.splice(-1, 1, { ...last, to: Date.parse(at), result: 'ended' });
      found.push({ from: Date.parse(at), to: null, result: 'running', without: null });
    } else if (last?.to === null && ((isOwn && stepEnds.includes(type)) || checked || ends.includes(type)))
      found.splice(-1, 1, {
        ...last,
        to: Date.parse(at),
        result: type === 'Step done' || type === 'Recovery confirmed' ? 'done' : isOwn || checked ? 'failed' : 'ended',
        without: type === 'Step done' ? [] : namedFailures(detail),
      });
  }
  return found;
}

/** Returns the names of the hosts that failed, if the event names all of them. */
function namedFailures({ failed, hosts, hosts_done, not_sent }: RollbackEvent['detail']): string[] | null {
  if (!Array.isArray(failed) || not_sent) return null;
  return failed.length === Number(hosts) - Number(hosts_done) ? failed.map(({ host }) => String(host)) : null;
}

/**
 * Returns the hosts, those whose steps went alike together, the largest group first. A host that has reported nothing yet is
 * known by its name from the opening.
 */
export function hostGroups(
  rows: readonly StepRow[],
  hosts: Part<readonly KeptVerdict[]>,
  events: readonly RollbackEvent[],
): HostGroup[] {
  const verdicts = Map.groupBy(partValue(hosts) ?? [], ({ name }) => name);
  const frozen = events.findLast(({ type }) => type === 'Hosts frozen')?.detail['names'];
  const names = new Set([...(Array.isArray(frozen) ? frozen.map(String) : []), ...verdicts.keys()]);
  const groups = new Map<string, { names: string[]; cells: Cell[] }>();
  for (const name of names) {
    const own = new Map((verdicts.get(name) ?? []).map((one) => [one.step, one.verdict]));
    const cells = rows.map((row) => cellOf(row, name, own.get(row.step)));
    const alike = JSON.stringify(cells);
    const group = groups.get(alike);
    if (group) group.names.push(name);
    else groups.set(alike, { names: [name], cells });
  }
  return [...groups.values()].toSorted((one, other) => other.names.length - one.names.length);
}

function cellOf({ step, attempts }: StepRow, name: string, verdict: KeptVerdict['verdict'] | undefined): Cell {
  const from = attempts[0]?.from ?? null;
  if (verdict === undefined || verdict === 'not started')
    return { step, verdict: verdict ?? 'no report', from: null, to: null };
  // A host is done at the end of the first attempt that names all its failures, and not this host.
  const doneAt =
    verdict === 'done' ? attempts.find(({ without }) => without !== null && !without.includes(name)) : undefined;
  return { step, verdict, from, to: (doneAt ?? attempts.at(-1))?.to ?? null };
}
