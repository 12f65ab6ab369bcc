import type { History } from '../stores/history.ts';
import type { Outbox } from '../stores/history-buffer.ts';
import { appendSealed } from '../stores/seal.ts';

/** Writes what waits of rollbacks that nobody writes to any more, and seals them again. Calling it twice is harmless. */
export async function writeLateHistory(history: History, outbox: Outbox, now: () => number): Promise<void> {
  for (const rollback of await outbox.rollbacks()) await appendSealed(history, rollback, new Date(now()).toISOString());
}
