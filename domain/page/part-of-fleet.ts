import { counted } from '../counted.ts';
import type { RollbackEvent } from '../history/event.ts';
import type { RollbackRecord } from '../history/record.ts';
import { hostWords } from './shown.ts';

/** The hosts of a rollback that acts on a part of its fleet. */
export type PartOfFleet = {
  /** Names as people know them. */
  readonly names: readonly string[];
  /** The number of hosts that the rollback leaves as they are; null: the history does not have it. */
  readonly others: number | null;
};

/** Returns the hosts of a rollback that acts on a part of its fleet; null: it acts on the whole fleet. */
export function partOfFleet(
  { only_hosts }: Pick<RollbackRecord, 'only_hosts'>,
  events: readonly RollbackEvent[],
): PartOfFleet | null {
  if (only_hosts === null) return null;
  const last = (type: RollbackEvent['type']) => events.findLast((one) => one.type === type)?.detail;
  const [narrowed, frozen] = [last('Narrowed to ill hosts'), last('Hosts frozen')];
  // A person may give instance ids; the frozen hosts have their names.
  const names = [frozen?.['names'] ?? [], frozen?.['not_online'] ?? []].flat().map(String);
  return narrowed
    ? { names: only_hosts, others: (narrowed['left_alone'] ?? null) as number | null }
    : { names: names.length > 0 ? names : only_hosts, others: (frozen?.['hosts_not_named'] ?? null) as number | null };
}

/** Returns which hosts a rollback of a part of its fleet is about, and which it leaves alone. */
export function partWords(
  { names, others }: PartOfFleet,
  { alarm, operator }: Pick<RollbackRecord, 'alarm' | 'operator'>,
): string {
  const why = alarm ? 'because few hosts were ill' : `as ${operator ?? 'the person who started it'} asked`;
  const rest = others === null ? 'other hosts' : counted(others, 'other host');
  const left = others === 1 ? 'was left as it was' : 'were left as they were';
  return `It was only about ${hostWords(names)}, ${why}.${others === 0 ? '' : ` The fleet's ${rest} ${left}.`}`;
}
