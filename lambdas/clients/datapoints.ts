import { type CloudWatchClient, GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { AlarmMetric } from '../../domain/alarm/alarm-metrics.ts';
import type { Baseline } from '../../domain/alarm/assessment.ts';
import type { BaselineWindow } from '../../domain/alarm/baseline.ts';

/** A phase, and the time from one instant to another in epoch milliseconds. */
export type PhaseWindow = { readonly phase: number; readonly from: number; readonly to: number };

/** Returns the datapoints of a phase's metric in a time window, newest first. */
export async function datapoints(
  cloudWatch: CloudWatchClient,
  metric: AlarmMetric,
  { phase, from, to }: PhaseWindow,
): Promise<number[]> {
  const { MetricDataResults = [] } = await cloudWatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(from),
      EndTime: new Date(to),
      MetricDataQueries: [queryOf(metric, phase, 'watched')],
    }),
  );
  return MetricDataResults.flatMap(({ Values = [] }) => Values);
}

/**
 * Returns the instant of a metric's newest datapoint per phase, in epoch milliseconds; phases without one are absent.
 * GetMetricData takes 500 queries, one per phase.
 */
export async function newestByPhase(
  cloudWatch: CloudWatchClient,
  metric: AlarmMetric,
  phases: readonly number[],
  { from, to }: Pick<PhaseWindow, 'from' | 'to'>,
): Promise<ReadonlyMap<number, number>> {
  const { MetricDataResults = [] } = await cloudWatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(from),
      EndTime: new Date(to),
      MetricDataQueries: phases.map((phase) => queryOf(metric, phase, `phase${phase}`)),
    }),
  );
  return new Map(
    MetricDataResults.flatMap(({ Id = '', Timestamps = [] }) => {
      const newest = Timestamps[0]; // the newest is first unless ScanBy says otherwise
      return newest ? [[Number(Id.slice('phase'.length)), newest.getTime()] as const] : [];
    }),
  );
}

/** Returns the query of a phase's metric by its statistic. */
export const queryOf = (
  {
    namespace,
    metric,
    statistic,
    period_seconds,
  }: Pick<AlarmMetric, 'namespace' | 'metric' | 'statistic' | 'period_seconds'>,
  phase: number,
  Id: string,
): MetricDataQuery => ({
  Id,
  MetricStat: {
    Metric: { Namespace: namespace, MetricName: metric, Dimensions: [{ Name: 'phase', Value: String(phase) }] },
    Stat: statistic,
    Period: period_seconds,
  },
});

/** Returns the metric's datapoints per window, in the order of the windows. */
export type Baselines = (
  metric: AlarmMetric,
  phase: number,
  windows: readonly BaselineWindow[],
) => Promise<readonly Baseline[]>;

export const baselinesOn =
  (cloudWatch: CloudWatchClient): Baselines =>
  (metric, phase, windows) =>
    Promise.all(
      windows.map(async ({ period_seconds, from, to, of }) => ({
        of,
        from,
        to,
        period_seconds,
        values: await datapoints(
          cloudWatch,
          { ...metric, period_seconds },
          { phase, from: Date.parse(from), to: Date.parse(to) },
        ),
      })),
    );
