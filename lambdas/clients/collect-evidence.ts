import { type CloudWatchClient, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import type { AlarmMetric } from '../../domain/alarm/alarm-metrics.ts';
import { hoursAfter } from '../../domain/follow-up/schedule.ts';
import type { RollbackRecord } from '../../domain/history/record.ts';
import { phasesOf } from '../../domain/phases.ts';
import type { Collected, CollectedMetric, Evidence } from '../../domain/report/facts.ts';
import { queryOf } from './datapoints.ts';

type Windowed = Pick<
  RollbackRecord,
  'rollback_id' | 'phase' | 'phases' | 'breaching_since' | 'start_time' | 'completion_time'
>;

/** Hours before the first breach, and after the end, of which the metrics are kept. */
const [before, after] = [1, 4];

/** Collects what CloudWatch has of a rollback's window: each metric that an alarm of its phases watches, one value per minute. */
export const collectEvidenceOn =
  (cloudWatch: CloudWatchClient, metrics: Readonly<Record<string, AlarmMetric>>) =>
  async (record: Windowed, at: string): Promise<Omit<Evidence, 'logs'>> => {
    const from = hoursAfter(record.breaching_since ?? record.start_time, -before);
    const end = hoursAfter(record.completion_time ?? at, after);
    const to = end < at ? end : at;
    return {
      rollback: record.rollback_id,
      from,
      to,
      metrics: await collectMetrics(cloudWatch, watchedBy(record, metrics), { from, to }),
    };
  };

type Watched = AlarmMetric & { readonly phase: number };

/** A metric that several alarms watch by the same statistic is collected once. */
function watchedBy({ phase, phases }: Windowed, metrics: Readonly<Record<string, AlarmMetric>>): Watched[] {
  const of = phasesOf({ phase, ...(phases ? { phases } : {}) });
  const all = of.flatMap((one) => Object.values(metrics).map((metric) => ({ ...metric, phase: one })));
  return [...new Map(all.map((one) => [`${one.phase} ${one.metric} ${one.statistic}`, one])).values()];
}

async function collectMetrics(
  client: CloudWatchClient,
  watched: readonly Watched[],
  { from, to }: Pick<Evidence, 'from' | 'to'>,
): Promise<Collected<CollectedMetric[]>> {
  const found = watched.map(({ metric, phase }): CollectedMetric & { values: CollectedMetric['values'][number][] } => ({
    metric,
    phase,
    values: [],
  }));
  const MetricDataQueries = watched.map((one, i) => queryOf({ ...one, period_seconds: 60 }, one.phase, `m${i}`));
  try {
    for await (const { MetricDataResults = [] } of paginateGetMetricData(
      { client },
      { StartTime: new Date(from), EndTime: new Date(to), ScanBy: 'TimestampAscending', MetricDataQueries },
    ))
      for (const { Id = '', Timestamps = [], Values = [] } of MetricDataResults)
        found[Number(Id.slice(1))]?.values.push(
          ...Timestamps.map((one, i) => ({ at: one.toISOString(), value: Values[i] ?? 0 })),
        );
    return { found };
  } catch (error) {
    return { missing: `CloudWatch could not be read: ${(error as Error).message}` };
  }
}
