import type { GetMetricStatisticsInput, GetMetricStatisticsOutput } from '@aws-sdk/client-cloudwatch';
import * as z from 'zod';
import type { Action } from '../../wire/service.ts';
import { dimensions, metricOf, period } from '../metric-data-query.ts';
import { isAvailable, periodsBetween } from '../periods.ts';
import type { CloudWatchState } from '../state.ts';
import { STATISTICS, type StatisticSet, statisticOf } from '../statistic-set.ts';
import { requestAs } from '../validation.ts';
import { epochSeconds, type OnTheWire } from '../wire.ts';

/** Returns statistics of one metric, the oldest datapoint first. AWS guarantees no order. */
export const GetMetricStatistics: Action<
  CloudWatchState,
  OnTheWire<GetMetricStatisticsInput>,
  OnTheWire<Omit<GetMetricStatisticsOutput, '$metadata'>>
> = {
  needs: () => [{ action: 'cloudwatch:GetMetricStatistics', resource: '*' }],
  run: ({ metrics, surroundings: { clock } }, request) => {
    const { StartTime, EndTime, Period, Statistics, ...metric } = requestAs(input, request);
    const series = metrics.series(metricOf(metric));
    const found = periodsBetween(StartTime, EndTime, Period).flatMap((start) => {
      const set = isAvailable(start, Period, clock.now()) ? series.over(start, Period) : undefined;
      return set ? { start, set } : [];
    });
    return {
      Label: metric.MetricName,
      Datapoints: found.map(({ start, set }) => ({ Timestamp: epochSeconds(start), ...statisticsOf(set, Statistics) })),
    };
  },
};

const input = z.strictObject({
  Namespace: z.string(),
  MetricName: z.string(),
  Dimensions: dimensions,
  StartTime: z.number(),
  EndTime: z.number(),
  Period: period,
  Statistics: z.array(z.enum(STATISTICS)).min(1),
});

const statisticsOf = (set: StatisticSet, statistics: z.output<typeof input>['Statistics']) =>
  Object.fromEntries(statistics.map((statistic) => [statistic, statisticOf(set, statistic)]));
