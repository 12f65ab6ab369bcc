import type { History } from '../stores/history.ts';
import type { HistoryBuffer } from '../stores/history-buffer.ts';
import { appendSealed } from '../stores/seal.ts';

/** Writes what waits of rollbacks that nobody writes to any more, and seals them again. Calling it twice is harmless. */
export async function writeLateHistory(
  history: History,
  historyBuffer: HistoryBuffer,
  now: () => number,
): Promise<void> {
  for (const rollback of await historyBuffer.rollbacks())
    await appendSealed(history, rollback, new Date(now()).toISOString());
}
