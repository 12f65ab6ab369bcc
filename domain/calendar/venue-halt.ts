import type { Trigger } from '../trigger.ts';

/**
 * Returns the newest instant since another at which a venue of a phase was halted, in epoch milliseconds; null: it was not.
 * Absent where it is a dependency: nobody publishes that.
 */
export type LastHalted = (phase: number, since: number) => Promise<number | null>;

/** The halt is published every minute; a datapoint that comes late is no end of it. */
const freshMilliseconds = 2 * 60_000;

export const isHalted = (last: number | null, now: number): boolean => last !== null && now - last <= freshMilliseconds;

/**
 * Returns whether a venue's halt may be all that is wrong: without a market there are no data, and no latency or accuracy to
 * compare. It corrupts no row, opens no door and costs nothing, so every other alarm is handled as ever.
 */
export const mayBeTheVenue = (trigger: Trigger | 'manual', silent: boolean): boolean =>
  silent || trigger === 'performance_degradation';

/** Returns a cause that counts from the end of the halt during which its alarm went red: limits are counted from there. */
export function countedAfterHalt<Cause extends { readonly start_time: string }>(
  cause: Cause,
  last: number | null,
  startedAt: string,
): Cause {
  if (last === null || last <= Date.parse(cause.start_time) || isHalted(last, Date.parse(startedAt))) return cause;
  return { ...cause, start_time: new Date(Math.min(last, Date.parse(startedAt))).toISOString() };
}
