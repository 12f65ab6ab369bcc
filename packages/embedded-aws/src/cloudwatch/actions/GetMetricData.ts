import type { GetMetricDataInput, GetMetricDataOutput } from '@aws-sdk/client-cloudwatch';
import * as z from 'zod';
import type { Action } from '../../wire/service.ts';
import { commonPeriod, type MetricDataQuery, measurement, metricDataQuery } from '../metric-data-query.ts';
import { isAvailable, periodsBetween } from '../periods.ts';
import type { CloudWatchState } from '../state.ts';
import { invalidValue, requestAs } from '../validation.ts';
import { epochSeconds, type OnTheWire } from '../wire.ts';

/** Returns the values of metrics and expressions, all in one page, by default the newest first. */
export const GetMetricData: Action<
  CloudWatchState,
  OnTheWire<GetMetricDataInput>,
  OnTheWire<Omit<GetMetricDataOutput, '$metadata'>>
> = {
  needs: () => [{ action: 'cloudwatch:GetMetricData', resource: '*' }],
  run: (state, request) => {
    const { MetricDataQueries, StartTime, EndTime, ScanBy } = requestAs(input, request);
    const returned = MetricDataQueries.filter(({ ReturnData }) => ReturnData);
    const results = returned.map((query) => resultOf(state, MetricDataQueries, query, { StartTime, EndTime, ScanBy }));
    return { MetricDataResults: results, Messages: [] };
  },
};

const input = z.strictObject({
  MetricDataQueries: z.array(metricDataQuery).min(1).max(500),
  StartTime: z.number(),
  EndTime: z.number(),
  ScanBy: z.enum(['TimestampDescending', 'TimestampAscending']).default('TimestampDescending'),
  MaxDatapoints: z.number().optional(),
});
type Span = Pick<z.output<typeof input>, 'StartTime' | 'EndTime' | 'ScanBy'>;

function resultOf(
  { metrics, surroundings: { clock } }: CloudWatchState,
  all: readonly MetricDataQuery[],
  query: MetricDataQuery,
  span: Span,
) {
  const period = query.MetricStat?.Period ?? query.Period ?? orRefused(() => commonPeriod(all));
  const measure = orRefused(() => measurement(metrics, all, query.Id));
  const found = periodsBetween(span.StartTime, span.EndTime, period).flatMap((start) => {
    const value = isAvailable(start, period, clock.now()) ? measure(start) : undefined;
    return value === undefined ? [] : { start, value };
  });
  if (span.ScanBy === 'TimestampDescending') found.reverse();
  return {
    Id: query.Id,
    Label: query.Label ?? query.MetricStat?.Metric.MetricName ?? query.Id,
    Timestamps: found.map(({ start }) => epochSeconds(start)),
    Values: found.map(({ value }) => value),
    StatusCode: 'Complete' as const,
  };
}

/** Calls a function and turns its error into InvalidParameterValueException. */
function orRefused<Result>(act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    throw invalidValue((error as Error).message);
  }
}
