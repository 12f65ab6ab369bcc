import { comparableWindow } from '../calendar/comparable-session.ts';
import { type Sessions, sessionTime } from '../calendar/sessions.ts';
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
  readonly of:
    | 'before the deployment'
    | 'the same hour the day before'
    | 'the last comparable session at the same time';
  /** ISO 8601. */
  readonly from: string;
  readonly to: string;
  readonly period_seconds: number;
};

const hour = 3600_000;

const day = 24 * hour;

/**
 * Returns the shortest period, of at least the given seconds, in which CloudWatch still keeps datapoints of some age: seconds
 * for three hours, minutes for 15 days, five minutes for 63 (CloudWatch guide, "Metrics retention").
 */
export function keptPeriod(ageMilliseconds: number, period_seconds: number): number {
  if (ageMilliseconds < 3 * hour) return period_seconds;
  if (ageMilliseconds < 15 * day) return Math.max(60, period_seconds);
  return Math.max(ageMilliseconds < 63 * day ? 300 : 3600, period_seconds);
}

/**
 * Returns the windows in which to look for a baseline, best first.
 *
 * The first window is the hour before the deployment, if there is one. The second is the hour around the same time the day
 * before, because market activity depends on the time of day; it serves if the first has no data.
 *
 * With a calendar the first is the same time of the last comparable session before the deployment, because that ran the old
 * version at the same pace. The hour before the deployment serves if all of it was in session.
 * Periods are at least 60 s: all windows then have datapoints of the same kind.
 */
export function baselineWindows(
  breaching_since: string,
  deployment: { readonly at: string } | null,
  period_seconds: number,
  calendar?: Sessions,
): BaselineWindow[] {
  const since = Date.parse(breaching_since);
  const window = (of: BaselineWindow['of'], from: number, until = from + hour): BaselineWindow => ({
    of,
    from: new Date(from).toISOString(),
    to: new Date(until).toISOString(),
    period_seconds: keptPeriod(since - from, Math.max(60, period_seconds)),
  });
  const deployed = deployment && Date.parse(deployment.at);
  const comparable = calendar && comparableWindow(calendar, since, deployed ?? since);
  const wasOpen = deployed !== null && sessionTime(calendar, deployed - hour, deployed) === hour;
  return [
    ...(comparable ? [window('the last comparable session at the same time', comparable.from, comparable.until)] : []),
    ...(wasOpen ? [window('before the deployment', deployed - hour)] : []),
    ...(comparable ? [] : [window('the same hour the day before', since - day - hour / 2)]),
  ];
}
