import type { FlagValue } from '../flag.ts';
import { type FlagsFile, shadowModes, sharePattern } from '../infra/flags-file.ts';
import type { Runbook } from '../infra/runbook.ts';
import type { BreakerAlarm } from '../infra/triggers-file.ts';

type Entry = FlagsFile[string];
type Retired = Extract<Entry, { retired: string }>;
type Breaker = Extract<Entry, { breaker: object }>;
type Typed = Extract<Entry, { type: string }>;

const isRetired = (entry: Entry): entry is Retired => typeof entry === 'object' && entry !== null && 'retired' in entry;

const isBreaker = (entry: Entry): entry is Breaker => typeof entry === 'object' && entry !== null && 'breaker' in entry;

const isTyped = (entry: Entry): entry is Typed => typeof entry === 'object' && entry !== null && 'type' in entry;

/** A circuit breaker has no first value: it is closed until its alarm opens it. */
const firstOf = (entry: Exclude<Entry, Retired>): FlagValue | null => {
  if (isBreaker(entry)) return null;
  return typeof entry === 'object' && entry !== null ? entry.first : entry;
};

const live = (file: FlagsFile) =>
  Object.entries(file).flatMap(([flag, entry]) => (isRetired(entry) ? [] : [{ flag, entry }]));

/** Returns each flag's first value; null: none. A retired flag is left out. */
export const firstValues = (file: FlagsFile): Record<string, FlagValue | null> =>
  Object.fromEntries(live(file).map(({ flag, entry }) => [flag, firstOf(entry)]));

/** Returns why each retired flag is retired, by its name. */
export const retiredFlags = (file: FlagsFile): Record<string, string> =>
  Object.fromEntries(
    Object.entries(file).flatMap(([flag, entry]) => (isRetired(entry) ? [[flag, entry.retired]] : [])),
  );

/** The values of a circuit breaker. Open: the component does no work. */
export const breakerValues = ['open', 'closed'] as const;

/** Returns the alarm of each circuit breaker, by the name of its flag. */
export const breakersOf = (file: FlagsFile): Record<string, BreakerAlarm> =>
  Object.fromEntries(live(file).flatMap(({ flag, entry }) => (isBreaker(entry) ? [[flag, entry.breaker]] : [])));

/** Returns the name of the alarm that opens a circuit breaker. */
export const breakerAlarmName = (environment: string, flag: string): string =>
  `rollback-${environment}-breaker-${flag}`;

/** The values that a person may give each flag in use, and why each retired flag is retired. */
export type KnownFlags = {
  readonly allowed: Readonly<Record<string, readonly FlagValue[]>>;
  readonly retired: Readonly<Record<string, string>>;
  /** The flags that are a share of the traffic, of any whole percent. Absent: there are none. */
  readonly shares?: readonly string[] | undefined;
  /** The circuit breakers, which are set in the safety layer. Absent: there are none. */
  readonly breakers?: readonly string[] | undefined;
};

/**
 * Returns the values that a person may set. A flag may have its first value, each that a runbook sets, and each that the file declares;
 * a flag that is only on or off may have both. So a misspelt text reaches no host.
 */
export const knownFlags = (file: FlagsFile, runbooks: readonly Pick<Runbook, 'steps'>[]): KnownFlags => ({
  allowed: Object.fromEntries(live(file).map(({ flag, entry }) => [flag, allowedOf(flag, entry, runbooks)])),
  retired: retiredFlags(file),
  ...(sharesOf(file).length > 0 ? { shares: sharesOf(file) } : {}),
  ...(Object.keys(breakersOf(file)).length > 0 ? { breakers: Object.keys(breakersOf(file)) } : {}),
});

/** Returns the flags that are a share of the traffic. */
const sharesOf = (file: FlagsFile): string[] =>
  live(file).flatMap(({ flag, entry }) => (isTyped(entry) && entry.type === 'share' ? [flag] : []));

/** Returns why a flag with a type may not have a value; undefined: it may, or has no type. */
export function wrongForType(file: FlagsFile, flag: string, value: FlagValue): string | undefined {
  const entry = file[flag];
  if (entry === undefined || !isTyped(entry)) return undefined;
  if (entry.type === 'share') return sharePattern.test(`${value}`) ? undefined : shareWords;
  return shadowModes.some((one) => one === value) ? undefined : shadowModes.join(', ');
}

/** The values of a share, in words. */
export const shareWords = 'whole percent from 0 to 100';

function allowedOf(
  flag: string,
  entry: Exclude<Entry, Retired>,
  runbooks: readonly Pick<Runbook, 'steps'>[],
): FlagValue[] {
  if (isBreaker(entry)) return [...breakerValues];
  if (isTyped(entry)) return entry.type === 'shadow' ? [...shadowModes] : [];
  const declared = typeof entry === 'object' && entry !== null ? entry.values : [];
  const inRunbooks = runbooks.flatMap(({ steps }) => steps.flatMap(({ flags }) => flags?.[flag] ?? []));
  const known = new Set([...[firstOf(entry) ?? []].flat(), ...inRunbooks, ...declared]);
  const isSwitch = [...known].some((value) => typeof value === 'boolean');
  return [...new Set([...known, ...(isSwitch ? [true, false] : [])])];
}
