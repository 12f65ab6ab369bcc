import type { AlarmMetric } from './alarm-metrics.ts';

/** Whether a metric is back at its baseline, and the sentence that messages show. */
export type BaselineComparison = { readonly state: 'at baseline' | 'off' | 'no data'; readonly says: string };

/** The part of an alarm's metric that a comparison needs. */
type ComparedMetric = Pick<AlarmMetric, 'metric' | 'counter' | 'measures' | 'worse'>;

/**
 * Compares a metric's newest datapoints with the datapoints before the deployment; their average is the baseline.
 *
 * A counter is at its baseline only at zero, whatever it was before. Any other metric is at its baseline if no datapoint is
 * more than 10 % worse (README.md, Terms: "at baseline"). Without newest datapoints or without a baseline the state is `no data`.
 */
export function compareWithBaseline(
  compared: ComparedMetric,
  newest: readonly number[],
  before: readonly number[],
): BaselineComparison {
  const { metric, counter, measures } = compared;
  if (newest.length === 0) return { state: 'no data', says: `${metric} has no datapoints in the bake time.` };
  if (counter) return compareWithZero(metric, newest);
  if (before.length === 0) return { state: 'no data', says: `${metric} has no baseline to compare with.` };
  const baseline = average(before);
  const off = newest.find((value) => amountWorse(compared, value, baseline) > tolerance(baseline, measures));
  if (off !== undefined) return { state: 'off', says: `${metric} is ${off}; its baseline is ${baseline}.` };
  const within = measures === 'value' ? '10 %' : '10';
  return { state: 'at baseline', says: `${metric} is within ${within} of ${baseline}, or better.` };
}

function compareWithZero(metric: string, newest: readonly number[]): BaselineComparison {
  if (newest.every((value) => value === 0)) return { state: 'at baseline', says: `${metric} is 0.` };
  const worst = newest.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
  return { state: 'off', says: `${metric} is ${worst}, not 0.` };
}

/** Negative if the value is better than the baseline: cheaper, faster or more accurate counts as back at it. */
const amountWorse = ({ worse }: ComparedMetric, value: number, baseline: number) =>
  worse === 'above' ? value - baseline : baseline - value;

/** 10 % of the baseline. A degradation is in percent already, so its tolerance is 10. */
const tolerance = (baseline: number, measures: AlarmMetric['measures']) =>
  measures === 'degradation' ? 10 : Math.abs(baseline) * 0.1;

export const average = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** One hour from which a baseline may be read, and the name that messages give it. */
export type BaselineWindow = {
  readonly of: 'before the deployment' | 'the same hour the day before';
  /** ISO 8601. */
  readonly from: string;
  readonly to: string;
  readonly period_seconds: number;
};

const hour = 3600_000;

/**
 * Returns the windows in which to look for a baseline, best first.
 *
 * The first window is the hour before the deployment, if there is one. The second is the hour around the same time the day
 * before, because market activity depends on the time of day; it serves if the first has no data.
 * Periods are at least 60 s, because CloudWatch keeps shorter ones for three hours only (CloudWatch guide, "Metrics retention").
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
