import type { AlarmMetric } from '../alarm/alarm-metrics.ts';
import type { RollbackRecord } from '../history/record.ts';
import type { PlottedMetric } from './facts.ts';

const [minute, hour, day] = [60_000, 3600_000, 86_400_000];

/** The longest time that is plotted: a question may wait for hours, and a plot of days shows nothing. */
const longest = 12 * hour;
/** A deployment that is older than this is not in the plot. */
const oldestDeployment = 2 * hour;

/** Returns the time to plot around a rollback, in epoch milliseconds: from before its deployment to after its end. */
export function plottedTime(record: RollbackRecord, now: number): { readonly from: number; readonly to: number } {
  const start = Date.parse(record.start_time);
  const deployed = record.deployment ? Date.parse(record.deployment.at) : Number.NaN;
  const before =
    start - deployed <= oldestDeployment ? Math.min(deployed - 5 * minute, start - 15 * minute) : start - 15 * minute;
  const after = record.completion_time === null ? now : Date.parse(record.completion_time) + 10 * minute;
  const from = Math.floor(before / minute) * minute;
  return { from, to: Math.min(now, after, from + longest) };
}

/** The most datapoints of a plot: more would be closer together than a screen shows. */
const mostPoints = 1000;

/**
 * Returns the period to ask for: the alarm's own, as long as CloudWatch keeps it. It keeps periods under a minute for three
 * hours, of a minute for 15 days, of five minutes for 63 days (CloudWatch guide, "Metrics retention").
 */
export function plottedPeriod(
  own: number,
  { from, to }: { readonly from: number; readonly to: number },
  now: number,
): number {
  const age = now - from;
  const kept = age <= 3 * hour ? own : age <= 15 * day ? 60 : age <= 63 * day ? 300 : 3600;
  const period = Math.max(own, kept);
  if ((to - from) / (period * 1000) <= mostPoints) return period;
  return Math.ceil((to - from) / (mostPoints * minute)) * 60;
}

/** Returns the metric as a page plots it, from CloudWatch's instants and values in any order. */
export const plottedMetric = (
  { metric, statistic, threshold, worse }: AlarmMetric,
  { from, to, period_seconds }: Pick<PlottedMetric, 'from' | 'to' | 'period_seconds'>,
  points: readonly (readonly [number, number])[],
): PlottedMetric => ({
  ...{ metric, statistic, period_seconds, from, to, threshold, worse },
  points: points.toSorted(([a], [b]) => a - b),
});

/** Returns the end of an alarm's name by which triggers.yaml knows it: the trigger, and its variant if it has one. */
export const alarmKey = (alarm: string): string => alarm.replace(/^rollback-.*?-phase-\d+-/, '');

/** The reasons why no metric is plotted. */
export const notPlotted = {
  byHand: 'a person started this rollback, so no alarm watched a metric.',
  unknown: (alarm: string) => `triggers.yaml has no alarm ${alarm} any longer, so its metric is not known.`,
  denied: (why: string) => `the metric could not be read from CloudWatch: ${why}`,
};
