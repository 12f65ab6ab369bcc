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

/**
 * Appends events to a rollback, seals its history behind them and adds the seal to the chain of links. Returns the chain with
 * the seal. `at`: ISO 8601. Throws if the history cannot be read, so that nothing could be sealed.
 *
 * A repeat adds the link again, because a function that was stopped after the seal may not have written it.
 */
export async function sealed(
  history: History,
  rollback: string,
  at: string,
  ...happened: Happened[]
): Promise<RollbackEvent[]> {
  const events = await history.appended(rollback, ...happened, sealAt(at));
  if (events.at(-1)?.type !== 'Sealed') throw new Error(`Rollback ${rollback} has no events to seal.`);
  await history.link(rollback, 'sealed', endOf(events), { at });
  return events;
}

/**
 * Makes the event with the number of events, the hash of the last one, and the ending. A chain that ends with a valid seal
 * gets no other.
 */
const sealAt = (at: string) => (before: readonly RollbackEvent[]) => {
  const last = before.at(-1);
  if (!last) return undefined;
  const { count, head } = chainAfter(last);
  if (last.type === 'Sealed' && last.detail['count'] === count - 1) return undefined;
  const { ending } = recordOf(before);
  return { id: `sealed/${count}`, type: 'Sealed' as const, at, detail: { count, head, ending } };
};

/**
 * The same, also if nothing can be sealed now: Reconcile seals it later. What a person does with the fleet does not wait for
 * the history.
 */
export async function sealedSoon(
  history: History,
  rollback: string,
  at: string,
  ...happened: Happened[]
): Promise<void> {
  try {
    await sealed(history, rollback, at, ...happened);
  } catch {
    await history.link(rollback, 'sealed', emptyChain, { at }); // the link waits; Reconcile seals before it writes it
  }
}

/** Appends events to a rollback that may have ended already. A history that was sealed is sealed again behind them. */
export async function appendSealed(
  history: History,
  rollback: string,
  at: string,
  ...happened: Happened[]
): Promise<Chain> {
  const appended = await history.appended(rollback, ...happened, (before) =>
    before.some(({ type }) => type === 'Sealed') ? sealAt(at)(before) : undefined,
  );
  const events = appended.length > 0 ? appended : await history.events(rollback); // throws if it cannot be read
  const last = events.at(-1);
  if (last?.type === 'Sealed') await history.link(rollback, 'sealed', chainAfter(last), { at });
  return endOf(events);
}
