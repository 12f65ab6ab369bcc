import { setTimeout as sleep } from 'node:timers/promises';

/** Time, as the functions use it. */
export type Clock = {
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
};

export const systemClock: Clock = { now: Date.now, sleep };
