/** Milliseconds since 1970, as from `Date.now()`. */
export type Instant = number;

/** A call scheduled for an instant. `cancel` prevents it. */
export type Alarm = { cancel(): void };

/**
 * The account's only source of time.
 *
 * Work that takes real time but no time of the account (an HTTP request, a child process, a computing function) holds the
 * clock meanwhile: `const release = clock.hold()`. The real clock ignores holds.
 */
export interface Clock {
  now(): Instant;
  /** Calls `fire` when the clock reaches `instant`. Calls for the same instant happen in the order of scheduling. */
  at(instant: Instant, fire: () => void): Alarm;
  /** Stops a virtual clock until the returned function is called; calling it twice is harmless. */
  hold(): () => void;
}

/** The longest delay of setTimeout: 2^31 - 1 ms. Longer waits are split. */
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
