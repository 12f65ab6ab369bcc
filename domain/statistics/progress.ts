import { countedUpToKey } from '../tables.ts';

/** The last link whose rollback is counted, in the chain of links. */
export type UpTo = {
  readonly month: string;
  /** 0: none of the month yet. */
  readonly sequence: number;
  /** It is the month's closing link. */
  readonly closed: boolean;
};

/** Rollbacks, plans and drills are counted apart. A month is rebuilt in this order. */
export const modes = ['live', 'plan', 'simulate'] as const;
type Mode = (typeof modes)[number];

/** A month whose counters were rebuilt, or are being rebuilt. */
export type MonthState = {
  readonly month: string;
  /** The generation of counters that readers use. */
  readonly generation: number;
  /** The next generation while it is being made; null: it is complete. */
  readonly rebuild: { readonly mode: Mode; readonly after: string | null } | null;
};

/** The generation of a month's counters that were never rebuilt. */
const firstGeneration = 1;

type Item = Readonly<Record<string, unknown>>;

/** Returns how far the links are counted, from the items of `STATS`; undefined if counting has not begun. */
export const countedUpTo = (items: readonly Item[]): UpTo | undefined => {
  const found = items.find(({ sk }) => sk === countedUpToKey.sk);
  return (
    found && { month: String(found['month']), sequence: Number(found['sequence']), closed: found['closed'] === true }
  );
};

export const monthStates = (items: readonly Item[]): MonthState[] =>
  items
    .filter(({ sk }) => sk !== countedUpToKey.sk)
    .map(({ month, generation, rebuild }) => ({ month, generation, rebuild }) as MonthState);

/** Returns the generation that readers use for a month. */
export const generationOf = (states: readonly MonthState[], month: string): number =>
  states.find((one) => one.month === month)?.generation ?? firstGeneration;

/** Returns every generation in which a month is counted: while it is rebuilt, the new one too. */
export function generationsOf(states: readonly MonthState[], month: string): readonly number[] {
  const generation = generationOf(states, month);
  const isRebuilt = (states.find((one) => one.month === month)?.rebuild ?? null) !== null;
  return isRebuilt ? [generation, generation + 1] : [generation];
}

/** Returns the state of a month that is to be rebuilt. A rebuild that is under way goes on. */
export const rebuildBegun = (states: readonly MonthState[], month: string): MonthState => {
  const state = states.find((one) => one.month === month);
  return state?.rebuild
    ? state
    : { month, generation: generationOf(states, month), rebuild: { mode: modes[0], after: null } };
};

/** Returns the state after a page of rollbacks was counted; `next` undefined: it was the last page of its mode. */
export function afterPage(state: MonthState, next: string | undefined): MonthState {
  if (!state.rebuild) return state;
  if (next) return { ...state, rebuild: { ...state.rebuild, after: next } };
  const mode = modes[modes.indexOf(state.rebuild.mode) + 1];
  return mode === undefined
    ? { ...state, generation: state.generation + 1, rebuild: null }
    : { ...state, rebuild: { mode, after: null } };
}
