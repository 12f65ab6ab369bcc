import type { Ending } from '../../domain/ending.ts';
import {
  type Chain,
  chainAfter,
  emptyChain,
  endOf,
  type Happened,
  type RollbackEvent,
} from '../../domain/history/event.ts';
import { recordOf } from '../../domain/history/record.ts';
import type { History } from './history.ts';

/** The content of a seal. `ending`: the rollback's, null if it has none. `at`: ISO 8601. */
type Sealing = { readonly rollback: string; readonly ending: Ending | null; readonly at: string };

/**
 * Seals a rollback's history and adds the seal to the chain of links. `known`: its chain, if the caller has just appended to it.
 *
 * A repeat adds the link again, because a function that was stopped after the seal may not have written it.
 */
export async function seal(
  history: History,
  { rollback, ending, at }: Sealing,
  known?: readonly RollbackEvent[],
): Promise<Chain> {
  const chain = await appendSeal(history, { rollback, ending, at }, known ?? (await history.events(rollback)));
  await history.link(rollback, 'sealed', chain, { at });
  return chain;
}

/**
 * Appends an event with the number of events, the hash of the last one, and the ending. A chain that ends with a valid
 * seal stays as it is.
 */
async function appendSeal(history: History, sealing: Sealing, events: readonly RollbackEvent[]): Promise<Chain> {
  const { rollback, ending, at } = sealing;
  const last = events.at(-1);
  if (!last) throw new Error(`Rollback ${rollback} has no events to seal.`);
  const { count, head } = chainAfter(last);
  if (last.type === 'Sealed' && last.detail['count'] === count - 1) return { count, head };
  const sealed = { id: `sealed/${count}`, type: 'Sealed' as const, at, detail: { count, head, ending } };
  const chain = await history.append(rollback, sealed);
  // A late event may have been appended in between. This seal then has the wrong count, so another one follows.
  return chain.count === count + 1 ? chain : appendSeal(history, sealing, await history.events(rollback));
}

/**
 * Appends events to a rollback, and seals its history again if it can be read. Otherwise Reconcile seals it later: what a
 * person does with the fleet does not wait for the history.
 */
export async function appendSealedSoon(
  history: History,
  rollback: string,
  at: string,
  ...happened: Happened[]
): Promise<void> {
  const events = await history.appended(rollback, ...happened);
  try {
    await seal(history, { rollback, ending: recordOf(events).ending, at }, events);
  } catch {
    await history.link(rollback, 'sealed', emptyChain, { at }); // the link waits; Reconcile seals before it writes it
  }
}

/** Appends events to a rollback that may have ended already. A history that was sealed is sealed again behind them. */
export async function appendSealed(history: History, rollback: string, at: string, ...happened: Happened[]) {
  const appended = await history.appended(rollback, ...happened);
  const events = appended.length > 0 ? appended : await history.events(rollback); // throws if it cannot be read
  if (!events.some(({ type }) => type === 'Sealed')) return endOf(events);
  return seal(history, { rollback, ending: recordOf(events).ending, at }, events);
}
