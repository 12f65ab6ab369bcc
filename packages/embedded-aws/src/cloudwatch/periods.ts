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

const [hour, day] = [3600, 24 * 3600];
/** The seconds for which data stay available, by the longest period for which they do (CloudWatch guide, "Metrics retention"). */
const retention = [
  { of: 3600, for: 455 * day },
  { of: 300, for: 63 * day },
  { of: 60, for: 15 * day },
  { of: 1, for: 3 * hour },
];

/** Returns true if CloudWatch still returns a period of so many seconds that begins at an instant. */
export function isAvailable(start: Instant, period: number, now: Instant): boolean {
  const kept = retention.find((one) => period % one.of === 0);
  return kept !== undefined && start >= now - kept.for * 1000;
}
