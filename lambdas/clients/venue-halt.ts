import { type CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { HaltedMetric } from '../../domain/calendar/calendar-setting.ts';
import type { LastHalted } from '../../domain/calendar/venue-halt.ts';
import { queryOf } from './datapoints.ts';

/** A halt may be older than the alarm by so much, and a datapoint late by as much. */
const earlierMilliseconds = 5 * 60_000;

/** Reads the halts of venues from the metric that the customer's system publishes; undefined: it publishes none. */
export const lastHaltedOn = (
  cloudWatch: CloudWatchClient,
  metric: HaltedMetric | undefined,
  now: () => number,
): LastHalted | undefined =>
  metric &&
  (async (phase, since) => {
    const { MetricDataResults = [] } = await cloudWatch.send(
      new GetMetricDataCommand({
        StartTime: new Date(since - earlierMilliseconds),
        EndTime: new Date(now()),
        MetricDataQueries: [queryOf({ ...metric, statistic: 'Maximum', period_seconds: 60 }, phase, 'halted')],
      }),
    );
    // The newest is first unless ScanBy says otherwise.
    return (
      MetricDataResults.flatMap(({ Values = [], Timestamps = [] }) =>
        Timestamps.filter((_, i) => (Values[i] ?? 0) >= 1).map((at) => at.getTime()),
      )[0] ?? null
    );
  });
