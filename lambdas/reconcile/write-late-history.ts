import type { History } from '../stores/history.ts';
import type { HistoryBuffer } from '../stores/history-buffer.ts';
import { appendSealed } from '../stores/seal.ts';

/**
 * Writes the buffered history of rollbacks that have no further writes, and seals it again. Calling it twice is
 * harmless.
 */
export async function writeLateHistory(
  history: History,
  historyBuffer: HistoryBuffer,
  now: () => number,
): Promise<void> {
  for (const rollback of await historyBuffer.rollbacks())
    await appendSealed(history, rollback, new Date(now()).toISOString());
}
