import { setTimeout as sleep } from 'node:timers/promises';

/** Sends a request to an embedded account's controls, and returns the body of the response. */
export type Controls = (method: 'GET' | 'POST', path: string, body?: object) => Promise<unknown>;

/** The virtual clock of an embedded account that runs at the pace of the real one, and that people move ahead. */
export type MovingClock = {
  /** Moves the clock ahead. Resolves once everything that was due until then has happened. */
  ahead(milliseconds: number): Promise<void>;
};

/** Milliseconds between two moves: short beside what people see, and long beside the request. */
const pace = 100;

/**
 * Lets an account's virtual clock run at the pace of the real one, until the signal.
 *
 * While the account works its clock stands still, so a slow machine delays it, and it then catches up. Only one request at a time
 * moves it: two would let time pass while the account works.
 */
export async function movingClock(control: Controls, signal: AbortSignal): Promise<MovingClock> {
  const { now } = (await control('GET', '')) as { readonly now: string };
  let start = Date.parse(now) - performance.now();
  let reached = Date.parse(now);
  let failed: Error | undefined;
  const run = async () => {
    for (; !signal.aborted; await sleep(pace)) {
      const until = start + performance.now();
      await control('POST', '/clock', { until: new Date(until).toISOString() });
      reached = until;
    }
  };
  run().catch((error: Error) => {
    failed = error; // the account has ended, which its owner notices by itself
  });
  return {
    ahead: async (milliseconds) => {
      start += milliseconds;
      const wanted = start + performance.now();
      for (; reached < wanted; await sleep(pace))
        if (failed || signal.aborted)
          throw new Error(`The clock does not move any more: ${failed?.message ?? 'the account closes'}.`);
    },
  };
}
