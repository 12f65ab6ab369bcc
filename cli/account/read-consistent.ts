import { setTimeout as sleep } from 'node:timers/promises';

const most = 5;

/**
 * What `read` finds, read again while it is not whole and its rollback still runs, five times at most: a rollback that runs is
 * written between one reading of its tables and the next.
 */
export async function readConsistent<Found extends { readonly history: { readonly whole: boolean } }>(
  read: () => Promise<Found>,
  isRunning: () => Promise<boolean>,
  wait: () => Promise<unknown> = () => sleep(500),
): Promise<Found> {
  for (let times = 1; ; times += 1) {
    const found = await read();
    if (found.history.whole || times === most || !(await isRunning())) return found;
    await wait();
  }
}
