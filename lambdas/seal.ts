import type { Ending } from '../domain/ending.ts';
import { type Chain, chainAfter } from '../domain/event.ts';
import type { History } from './history.ts';

/**
 * Ends a chain with an event that says how many events there are, the last one's hash, and the ending.
 * A chain that ends with a seal is left as it is.
 */
export async function seal(history: History, rollback: string, ending: Ending | null, at: string): Promise<Chain> {
  const last = (await history.events(rollback)).at(-1);
  if (!last) throw new Error(`Rollback ${rollback} has no events to seal.`);
  const { count, head } = chainAfter(last);
  if (last.type === 'Sealed') return { count, head };
  return history.append(rollback, { id: `sealed/${count}`, type: 'Sealed', at, detail: { count, head, ending } });
}
