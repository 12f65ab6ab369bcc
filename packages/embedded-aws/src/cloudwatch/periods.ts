import type { Instant } from '../clock/clock.ts';

/**
 * When the periods from `start` to before `end` begin; all three are seconds.
 *
 * The first begins at the whole minute before the start, or the whole period where that is shorter (GetMetricStatistics,
 * StartTime).
 */
export function periodsBetween(start: number, end: number, period: number): Instant[] {
  const step = Math.min(period, 60);
  const first = Math.floor(start / step) * step;
  const count = Math.max(0, Math.ceil((end - first) / period));
  return Array.from({ length: count }, (_, index) => (first + index * period) * 1000);
}
