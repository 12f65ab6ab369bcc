/** Milliseconds since 1970, as `Date.now()` gives them. */
export type Instant = number;

/** A call promised for an instant; `cancel` takes it back. */
export type Alarm = { cancel(): void };

/**
 * The account's only source of time.
 *
 * Whoever does something that takes real time but should take none on the clock (an HTTP request, a child process, a
 * Lambda computing) holds the clock meanwhile: `const release = clock.hold()`. The real clock ignores holds.
 */
export interface Clock {
  now(): Instant;
  /** Calls `fire` once the clock reaches `instant`; at the same instant, in the order asked for. */
  at(instant: Instant, fire: () => void): Alarm;
  /** Keeps a virtual clock where it is until the returned function is called (calling it twice is harmless). */
  hold(): () => void;
}

/** Longest delay setTimeout takes: 2^31 - 1 ms. Longer waits are cut into pieces. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

export function realClock(): Clock {
  return {
    now: () => Date.now(),
    at: (instant, fire) => {
      let timer: NodeJS.Timeout;
      const arm = () => {
        const delay = Math.max(0, instant - Date.now());
        timer = delay > LONGEST_TIMEOUT ? setTimeout(arm, LONGEST_TIMEOUT) : setTimeout(fire, delay);
      };
      arm();
      return { cancel: () => clearTimeout(timer) };
    },
    hold: () => () => {},
  };
}

/** Resolves when the clock reaches `instant`; `signal` ends the wait early, without an error. */
export function until(clock: Clock, instant: Instant, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const alarm = clock.at(instant, () => {
      signal?.removeEventListener('abort', stop);
      resolve();
    });
    const stop = () => {
      alarm.cancel();
      resolve();
    };
    signal?.addEventListener('abort', stop, { once: true });
  });
}
