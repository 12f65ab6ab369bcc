import type { Ending } from '../../domain/ending.ts';
import { type Chain, chainAfter, emptyChain, type Happened } from '../../domain/history/event.ts';
import { recordOf } from '../../domain/history/record.ts';
import type { History } from './history.ts';

/**
 * Seals a rollback's history and adds the seal to the chain of links.
 *
 * A repeat adds the link again, because a function that was stopped after the seal may not have written it.
 */
export async function seal(history: History, rollback: string, ending: Ending | null, at: string): Promise<Chain> {
  const chain = await appendSeal(history, rollback, ending, at);
  await history.link(rollback, 'sealed', chain, { at });
  return chain;
}

/**
 * Appends an event with the number of events, the hash of the last one, and the ending. A chain that ends with a valid
 * seal stays as it is.
 */
async function appendSeal(history: History, rollback: string, ending: Ending | null, at: string): Promise<Chain> {
  const last = (await history.events(rollback)).at(-1);
  if (!last) throw new Error(`Rollback ${rollback} has no events to seal.`);
  const { count, head } = chainAfter(last);
  if (last.type === 'Sealed' && last.detail['count'] === count - 1) return { count, head };
  const sealed = { id: `sealed/${count}`, type: 'Sealed' as const, at, detail: { count, head, ending } };
  const chain = await history.append(rollback, sealed);
  // A late event may have been appended in between. This seal then has the wrong count, so another one follows.
  return chain.count === count + 1 ? chain : appendSeal(history, rollback, ending, at);
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
  await history.append(rollback, ...happened);
  try {
    await seal(history, rollback, recordOf(await history.events(rollback)).ending, at);
  } catch {
    await history.link(rollback, 'sealed', emptyChain, { at }); // the link waits; Reconcile seals before it writes it
  }
}

/** Appends events to a rollback that may have ended already. A history that was sealed is sealed again behind them. */
export async function appendSealed(history: History, rollback: string, at: string, ...happened: Happened[]) {
  const chain = await history.append(rollback, ...happened);
  const events = await history.events(rollback);
  if (!events.some(({ type }) => type === 'Sealed')) return chain;
  return seal(history, rollback, recordOf(events).ending, at);
}
