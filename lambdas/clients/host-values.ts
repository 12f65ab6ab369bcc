import { type CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { AlarmMetric } from '../../domain/alarm/alarm-metrics.ts';
import { type PhaseWindow, queryOf } from './datapoints.ts';

/** The dimension, beside `phase`, of a metric that each host publishes about itself. Its value is the host's instance id. */
export const hostDimension = 'host';

/**
 * Returns the datapoints of a phase's metric for each of these hosts, by instance id, in a time window (epoch milliseconds), the newest first. A
 * host without a datapoint is absent.
 */
export type HostValues = (
  metric: AlarmMetric,
  window: PhaseWindow,
  instanceIds: readonly string[],
) => Promise<ReadonlyMap<string, readonly number[]>>;

/** GetMetricData takes at most 500 queries (API reference), so a fleet of 500 hosts takes one request. */
const mostQueries = 500;

export const hostValuesOn =
  (cloudWatch: CloudWatchClient): HostValues =>
  async (metric, window, instanceIds) => {
    const found = new Map<string, readonly number[]>();
    const read = async (ids: readonly string[]) => {
      const { MetricDataResults = [] } = await cloudWatch.send(
        new GetMetricDataCommand({
          StartTime: new Date(window.from),
          EndTime: new Date(window.to),
          MetricDataQueries: ids.map((id, i) => queryOfHost(metric, window.phase, id, i)),
        }),
      );
      for (const { Id = '', Values = [] } of MetricDataResults) {
        const id = ids[Number(Id.slice('host'.length))];
        if (id !== undefined && Values.length > 0) found.set(id, Values);
      }
    };
    const chunks = Array.from({ length: Math.ceil(instanceIds.length / mostQueries) }, (_, i) =>
      instanceIds.slice(i * mostQueries, (i + 1) * mostQueries),
    );
    await Promise.all(chunks.map(read));
    return found;
  };

function queryOfHost(metric: AlarmMetric, phase: number, id: string, i: number) {
  const { MetricStat, ...query } = queryOf(metric, phase, `host${i}`);
  const Dimensions = [...(MetricStat?.Metric?.Dimensions ?? []), { Name: hostDimension, Value: id }];
  return { ...query, MetricStat: MetricStat && { ...MetricStat, Metric: { ...MetricStat.Metric, Dimensions } } };
}
