import type { History } from '../stores/history.ts';
import type { BufferedWrite, HistoryBuffer } from '../stores/history-buffer.ts';
import { appendSealed } from '../stores/seal.ts';

/**
 * Writes the buffered history of rollbacks that have no further writes, and seals it again. Calling it twice is
 * harmless. A rollback whose history cannot be written holds up no other; its error is thrown at the end.
 */
export async function writeLateHistory(
  history: History,
  historyBuffer: HistoryBuffer,
  now: () => number,
): Promise<void> {
  const problems: Error[] = [];
  for (const rollback of await historyBuffer.rollbacks())
    await writeOrDrop(history, historyBuffer, rollback, now).catch((error) => problems.push(error));
  if (problems.length > 0) throw new AggregateError(problems, problems.map(({ message }) => message).join(' '));
}

/**
 * Drops the writes of a rollback that was never opened: no record can be made of them, so they would wait for ever. They are those
 * of an execution that ended because the history could not be read. Its message to people was sent.
 */
async function writeOrDrop(
  history: History,
  historyBuffer: HistoryBuffer,
  rollback: string,
  now: () => number,
): Promise<void> {
  const late = await historyBuffer.read(rollback);
  const isOpened = late.some(isOpening) || (await history.events(rollback))[0]?.type === 'Rollback opened';
  if (isOpened) await appendSealed(history, rollback, new Date(now()).toISOString());
  else await historyBuffer.drop(rollback, late);
}

const isOpening = (late: BufferedWrite): boolean => late.kind === 'event' && late.happened.type === 'Rollback opened';
