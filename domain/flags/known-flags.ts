import type { FlagValue } from '../flag.ts';
import type { FlagsFile } from '../infra/flags-file.ts';
import type { Runbook } from '../infra/runbook.ts';

type Entry = FlagsFile[string];
type Retired = Extract<Entry, { retired: string }>;

const isRetired = (entry: Entry): entry is Retired => typeof entry === 'object' && entry !== null && 'retired' in entry;

const firstOf = (entry: Exclude<Entry, Retired>): FlagValue | null =>
  typeof entry === 'object' && entry !== null ? entry.first : entry;

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

/** The values that a person may give each flag in use, and why each retired flag is retired. */
export type KnownFlags = {
  readonly allowed: Readonly<Record<string, readonly FlagValue[]>>;
  readonly retired: Readonly<Record<string, string>>;
};

/**
 * Returns the values that a person may set. A flag may have its first value, each that a runbook sets, and each that the file declares;
 * a flag that is only on or off may have both. So a misspelt text reaches no host.
 */
export const knownFlags = (file: FlagsFile, runbooks: readonly Pick<Runbook, 'steps'>[]): KnownFlags => ({
  allowed: Object.fromEntries(live(file).map(({ flag, entry }) => [flag, allowedOf(flag, entry, runbooks)])),
  retired: retiredFlags(file),
});

function allowedOf(
  flag: string,
  entry: Exclude<Entry, Retired>,
  runbooks: readonly Pick<Runbook, 'steps'>[],
): FlagValue[] {
  const declared = typeof entry === 'object' && entry !== null ? entry.values : [];
  const inRunbooks = runbooks.flatMap(({ steps }) => steps.flatMap(({ flags }) => flags?.[flag] ?? []));
  const known = new Set([...[firstOf(entry) ?? []].flat(), ...inRunbooks, ...declared]);
  const isSwitch = [...known].some((value) => typeof value === 'boolean');
  return [...new Set([...known, ...(isSwitch ? [true, false] : [])])];
}
