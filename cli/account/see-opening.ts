import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from './clients.ts';
import { executionState, outputOfState } from './execution.ts';
import { pollingInterrupt } from './interrupt.ts';
import { readRecord } from './read-history.ts';

/**
 * The result of the opening of a rollback: it is on record, its execution ended without a record, or neither was seen within
 * the time. `cause`: why it was refused, as its execution ended.
 */
export type Opening =
  | { readonly state: 'opened' | 'unknown' }
  | { readonly state: 'ended'; readonly status: string; readonly cause: string | undefined };

/** An opening takes one to three seconds: it reads hosts, alarms and documents. */
export const openingSeconds = 10;
const everyMilliseconds = 500;

/** Waits until the opening has accepted or refused a rollback. A failure to read never disturbs a start. */
export const seeOpening = (connection: Connection, executionArn: string): Promise<Opening> =>
  pollingInterrupt<Opening>(async (interrupted) => {
    for (let left = (openingSeconds * 1000) / everyMilliseconds; left > 0 && !interrupted(); left -= 1) {
      const seen = await look(connection, executionArn);
      if (seen.state !== 'unknown') return seen;
      await sleep(everyMilliseconds);
    }
    return { state: 'unknown' };
  }).catch(() => ({ state: 'unknown' }) as const);

/** The decision of an opening, as the machine's Choice state reads it: `act`, `ask`, or the name of an ending. */
export type SeenDecision = { readonly decision: string } | Exclude<Opening, { state: 'opened' }>;

/** Waits until the opening of a rollback has decided what becomes of it. A failure to read never disturbs a start. */
export const seeDecision = (connection: Connection, executionArn: string): Promise<SeenDecision> =>
  pollingInterrupt<SeenDecision>(async (interrupted) => {
    for (let left = (openingSeconds * 1000) / everyMilliseconds; left > 0 && !interrupted(); left -= 1) {
      const { status, cause, isDeleted } = await executionState(connection, executionArn);
      const output = isDeleted ? undefined : await outputOfState(connection, executionArn, 'Open rollback');
      if (output !== undefined) return { decision: String((output as { decision?: unknown }).decision) };
      if (status !== 'RUNNING' && !isDeleted) return { state: 'ended', status, cause };
      await sleep(everyMilliseconds);
    }
    return { state: 'unknown' };
  }).catch(() => ({ state: 'unknown' }) as const);

async function look(connection: Connection, executionArn: string): Promise<Opening> {
  // The state is read first: an execution that has ended writes no record any more.
  const { status, cause, isDeleted } = await executionState(connection, executionArn);
  if (await readRecord(connection, executionArn.split(':').at(-1) ?? '')) return { state: 'opened' };
  // DescribeExecution is eventually consistent: an execution that has just started may be missing.
  return status === 'RUNNING' || isDeleted ? { state: 'unknown' } : { state: 'ended', status, cause };
}
