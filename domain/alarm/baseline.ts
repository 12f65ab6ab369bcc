import type { AlarmMetric } from './alarm-metrics.ts';

/** Whether a metric is back where it was before the deployment. */
export type BaselineComparison = { readonly state: 'at baseline' | 'off' | 'no data'; readonly says: string };

/** Not more than 10 % worse than the baseline counts as back (design: Words, "at baseline"); a degradation is in percent already. */
const tolerance = (baseline: number, measures: AlarmMetric['measures']) =>
  measures === 'degradation' ? 10 : Math.abs(baseline) * 0.1;

/**
 * Compares a metric's newest datapoints with its baseline: the average of the same metric before. A counter is at its
 * baseline at zero, whatever it was before. Without datapoints, or without a baseline to compare with, nothing is said.
 */
export function compareWithBaseline(
  name: string,
  newest: readonly number[],
  before: readonly number[],
  counter: boolean,
  measures: AlarmMetric['measures'] = 'value',
  worse: AlarmMetric['worse'] = 'above',
): BaselineComparison {
  if (newest.length === 0) return { state: 'no data', says: `${name} has no datapoints in the bake time.` };
  const worst = newest.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
  if (counter) {
    if (newest.every((value) => value === 0)) return { state: 'at baseline', says: `${name} is 0.` };
    return { state: 'off', says: `${name} is ${worst}, not 0.` };
  }
  if (before.length === 0) return { state: 'no data', says: `${name} has no baseline to compare with.` };
  const baseline = average(before);
  // Better than before is back too: cheaper, faster, more accurate.
  const worseBy = (value: number) => (worse === 'above' ? value - baseline : baseline - value);
  const off = newest.find((value) => worseBy(value) > tolerance(baseline, measures));
  if (off === undefined)
    return {
      state: 'at baseline',
      says: `${name} is within 10${measures === 'value' ? ' %' : ''} of ${baseline}, or better.`,
    };
  return { state: 'off', says: `${name} is ${off}; its baseline is ${baseline}.` };
}

export const average = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Where to look for a baseline, and what that is called. */
export type BaselineWindow = {
  readonly of: 'before the deployment' | 'the same hour the day before';
  /** ISO 8601. */
  readonly from: string;
  readonly to: string;
  readonly period_seconds: number;
};

const hour = 3600_000;

/**
 * Where a metric's baseline is found: the hour before the deployment; where there is none, or no data there, the hour
 * around the same time the day before, since markets have their hours. CloudWatch keeps periods under a minute for three
 * hours only (CloudWatch guide, "Metrics retention").
 */
export function baselineWindows(
  breaching_since: string,
  deployment: { readonly at: string } | null,
  period_seconds: number,
): BaselineWindow[] {
  const window = (of: BaselineWindow['of'], from: number): BaselineWindow => ({
    of,
    from: new Date(from).toISOString(),
    to: new Date(from + hour).toISOString(),
    period_seconds: Math.max(60, period_seconds),
  });
  return [
    ...(deployment ? [window('before the deployment', Date.parse(deployment.at) - hour)] : []),
    window('the same hour the day before', Date.parse(breaching_since) - 24 * hour - hour / 2),
  ];
}
