import type { Instant } from '../clock/clock.ts';

/**
 * Returns the first instants of the periods from `start` to before `end`; all three parameters are in seconds.
 *
 * The first period begins at the whole minute before the start. A period shorter than a minute begins at the whole
 * period instead (GetMetricStatistics, StartTime).
 */
export function periodsBetween(start: number, end: number, period: number): Instant[] {
  const step = Math.min(period, 60);
  const first = Math.floor(start / step) * step;
  const count = Math.max(0, Math.ceil((end - first) / period));
  return Array.from({ length: count }, (_, index) => (first + index * period) * 1000);
}
