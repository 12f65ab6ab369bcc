import { type CloudWatchClient, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import type { AlarmMetric } from '../../domain/alarm/alarm-metrics.ts';
import type { PlottedMetric } from '../../domain/page/facts.ts';
import { plottedMetric, plottedPeriod } from '../../domain/page/metric-window.ts';
import { queryOf } from './datapoints.ts';

/** Reads the datapoints of a phase's metric in a time (epoch milliseconds), with the period that CloudWatch still has. */
export type ReadPlotted = (
  metric: AlarmMetric,
  phase: number,
  time: { readonly from: number; readonly to: number },
) => Promise<PlottedMetric>;

export const plottedMetricOn =
  (client: CloudWatchClient, now: () => number): ReadPlotted =>
  async (metric, phase, { from, to }) => {
    const period_seconds = plottedPeriod(metric.period_seconds, { from, to }, now());
    const input = {
      StartTime: new Date(from),
      EndTime: new Date(to),
      MetricDataQueries: [queryOf({ ...metric, period_seconds }, phase, 'plotted')],
    };
    const points: (readonly [number, number])[] = [];
    for await (const { MetricDataResults = [] } of paginateGetMetricData({ client }, input))
      for (const { Timestamps = [], Values = [] } of MetricDataResults)
        for (const [index, at] of Timestamps.entries()) points.push([at.getTime(), Values[index] ?? 0]);
    return plottedMetric(metric, { from, to, period_seconds }, points);
  };
