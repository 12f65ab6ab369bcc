import type { Ending } from '../../domain/ending.ts';
import { type Chain, chainAfter, type Happened } from '../../domain/history/event.ts';
import { recordOf } from '../../domain/history/record.ts';
import type { History } from './history.ts';

/**
 * Ends a chain with an event that says how many events there are, the last one's hash, and the ending.
 * A chain that ends with a seal of all before it is left as it is.
 */
export async function seal(history: History, rollback: string, ending: Ending | null, at: string): Promise<Chain> {
  const last = (await history.events(rollback)).at(-1);
  if (!last) throw new Error(`Rollback ${rollback} has no events to seal.`);
  const { count, head } = chainAfter(last);
  if (last.type === 'Sealed' && last.detail['count'] === count - 1) return { count, head };
  const sealed = { id: `sealed/${count}`, type: 'Sealed' as const, at, detail: { count, head, ending } };
  const chain = await history.append(rollback, sealed);
  // What came late may have been written in between; then this seal does not fit, and the next one does.
  return chain.count === count + 1 ? chain : seal(history, rollback, ending, at);
}

/** Adds what happened to a rollback that may have ended already; then its history is sealed again behind it. */
export async function appendSealed(history: History, rollback: string, at: string, ...happened: Happened[]) {
  const chain = await history.append(rollback, ...happened);
  const events = await history.events(rollback);
  if (!events.some(({ type }) => type === 'Sealed')) return chain;
  return seal(history, rollback, recordOf(events).ending, at);
}
