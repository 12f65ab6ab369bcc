import { setTimeout as sleep } from 'node:timers/promises';

const mostReads = 5;

/**
 * Reads a rollback again while its history is not whole and the rollback still runs, five times at most: a running rollback
 * may write between the reads of its tables.
 */
export async function readConsistent<Found extends { readonly history: { readonly whole: boolean } }>(
  read: () => Promise<Found>,
  isRunning: () => Promise<boolean>,
  wait: () => Promise<unknown> = () => sleep(500),
): Promise<Found> {
  for (let reads = 1; ; reads += 1) {
    const found = await read();
    if (found.history.whole || reads === mostReads || !(await isRunning())) return found;
    await wait();
  }
}
