/**
 * Minutes in buckets that grow by 10 % each, so that a month of rollbacks is a few counters that add up.
 *
 * A value read back is the middle of its bucket: at most 5 % beside the true one. Bucket 0 holds everything up to 3 s.
 */
export type Histogram = Readonly<Record<number, number>>;

const first = 0.05;
const growth = 1.1;

/** The largest error of a value read from a histogram, as a share of the true one. */
export const bucketError = 0.05;

/** Returns the bucket of a duration in minutes. */
export const bucketOf = (minutes: number): number =>
  minutes <= first ? 0 : Math.ceil(Math.log(minutes / first) / Math.log(growth) - 1e-9);

/** Returns the middle of a bucket, in minutes with two decimals. */
const middle = (bucket: number): number =>
  Math.round((bucket === 0 ? first / 2 : first * growth ** (bucket - 0.5)) * 100) / 100;

/** Returns a histogram with one more duration. */
export const counted = (histogram: Histogram, minutes: number): Histogram => {
  const bucket = bucketOf(minutes);
  return { ...histogram, [bucket]: (histogram[bucket] ?? 0) + 1 };
};

/** Returns the sum of histograms. */
export function summed(histograms: readonly Histogram[]): Histogram {
  const sum: Record<number, number> = {};
  for (const histogram of histograms)
    for (const [bucket, count] of Object.entries(histogram)) sum[Number(bucket)] = (sum[Number(bucket)] ?? 0) + count;
  return sum;
}

export const sizeOf = (histogram: Histogram): number => Object.values(histogram).reduce((sum, count) => sum + count, 0);

/**
 * Returns the duration in minutes that a share of the durations does not exceed (nearest rank), within `bucketError`; null
 * for an empty histogram. A share of 1 is the longest.
 */
export function percentile(histogram: Histogram, share: number): number | null {
  const rank = Math.max(1, Math.ceil(share * sizeOf(histogram)));
  let seen = 0;
  for (const [bucket, count] of Object.entries(histogram).toSorted(([a], [b]) => Number(a) - Number(b))) {
    seen += count;
    if (seen >= rank) return middle(Number(bucket));
  }
  return null;
}
