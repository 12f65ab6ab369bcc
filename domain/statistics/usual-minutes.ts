import { type Histogram, percentile, sizeOf } from '../history/histogram.ts';
import { below, summed } from './counters.ts';
import type { StoredCounters } from './figures.ts';

/** The whole time that rollbacks of one phase and severity usually take, in minutes. */
export type UsualMinutes = { readonly rollbacks: number; readonly p50: number; readonly p95: number };

/** Fewer rollbacks say nothing about the next one. */
export const enough = 5;

/** Returns the usual time from counters of rollbacks; null if too few of them acted. */
export function usualMinutes(cells: readonly StoredCounters[], phase: number, severity: string): UsualMinutes | null {
  const own = cells.filter(({ cell }) => cell.phase === phase).map(({ counters }) => below(counters, 'minutes'));
  const histogram = below(below(below(summed(own), severity), 'whole'), 'buckets') as Histogram;
  const rollbacks = sizeOf(histogram);
  const [p50, p95] = [percentile(histogram, 0.5), percentile(histogram, 0.95)];
  return rollbacks < enough || p50 === null || p95 === null ? null : { rollbacks, p50, p95 };
}
