import type { FlagValue } from '../../domain/flag.ts';
import { firstValues, retiredFlags } from '../../domain/flags/known-flags.ts';
import type { BrakeEvent } from '../../domain/history/brake-event.ts';
import type { FlagsFile } from '../../domain/infra/flags-file.ts';
import type { ReadFlags } from '../account/read-flags.ts';
import { table } from './table.ts';

/** Returns a table of every flag: what hosts have, and which layer decides it. */
export function flagsText({ normal, safety, overridden_by }: ReadFlags, file: FlagsFile): string {
  const retired = retiredFlags(file);
  const names = new Set([
    ...Object.keys(firstValues(file)),
    ...Object.keys(normal.values),
    ...Object.keys(safety.values),
  ]);
  const rows = [...names].map((flag) => [
    flag,
    shownValue(safety.values[flag] ?? normal.values[flag]),
    shownValue(normal.values[flag]),
    overrideOf(safety.values[flag], overridden_by[flag]),
    ...(flag in retired ? [`retired: ${retired[flag]}`] : []),
  ]);
  return [
    ...table(['flag', 'on hosts', 'normal layer', 'override'], rows, 5),
    '  -: the layer does not set it. If no layer does, the customer’s own configuration decides.',
    ...(normal.under_way ? [`Normal layer: ${normal.under_way}; they have the new value already.`] : []),
    ...(safety.under_way ? [`Safety layer: ${safety.under_way}.`] : []),
  ].join('\n');
}

const shownValue = (value: FlagValue | null | undefined) => (value === undefined || value === null ? '-' : `${value}`);

function overrideOf(value: FlagValue | null | undefined, by: string | undefined): string {
  if (value === undefined || value === null) return '-';
  return by === undefined ? `${value}, by an unknown rollback or by hand` : `${value}, by ${by}`;
}

/** Returns one line per change of a flag by a person, the oldest first, with the verified person if CloudTrail named one. */
export function flagHistoryText(events: readonly BrakeEvent[], persons: ReadonlyMap<string, string>): string {
  const changes = flagChanges(events);
  if (changes.length === 0) return 'No person has set a flag.';
  return changes.map((event) => changeLine(event, persons)).join('\n');
}

export const flagChanges = (events: readonly BrakeEvent[]): BrakeEvent[] =>
  events.filter(({ type }) => type === 'Flag set' || type === 'Flag rolled back');

function changeLine({ type, at, detail }: BrakeEvent, persons: ReadonlyMap<string, string>): string {
  const { flag, value, before = null, strategy, operator, reason, deployment, by = '', why } = detail;
  const [from, to] = type === 'Flag set' ? [before, value] : [value, before];
  const verified = persons.get(by);
  const who = type === 'Flag set' ? `${operator}${verified ? ` (${verified})` : ''}: ${reason}` : `AppConfig: ${why}`;
  return `${at}  ${flag}  ${shownValue(from)} -> ${shownValue(to)}  ${strategy}, deployment ${deployment}  ${who}`;
}
