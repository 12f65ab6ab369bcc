/** Whether a metric is back where it was before the deployment. */
export type MetricLook = { readonly state: 'at baseline' | 'off' | 'no data'; readonly says: string };

/** Within 10 % of the baseline counts as back (design: Words, "at baseline"). */
const tolerance = 0.1;

/**
 * Compares a metric's newest datapoints with its baseline: the average of the same metric before. A counter is at its
 * baseline at zero, whatever it was before. Without datapoints, or without a baseline to compare with, nothing is said.
 */
export function metricLook(
  name: string,
  newest: readonly number[],
  before: readonly number[],
  counter: boolean,
): MetricLook {
  if (newest.length === 0) return { state: 'no data', says: `${name} has no datapoints in the bake time.` };
  const worst = newest.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
  if (counter) {
    if (newest.every((value) => value === 0)) return { state: 'at baseline', says: `${name} is 0.` };
    return { state: 'off', says: `${name} is ${worst}, not 0.` };
  }
  if (before.length === 0) return { state: 'no data', says: `${name} has no baseline to compare with.` };
  const baseline = before.reduce((sum, value) => sum + value, 0) / before.length;
  const off = newest.find((value) => Math.abs(value - baseline) > Math.abs(baseline) * tolerance);
  if (off === undefined) return { state: 'at baseline', says: `${name} is within 10 % of ${baseline}.` };
  return { state: 'off', says: `${name} is ${off}; its baseline is ${baseline}.` };
}
