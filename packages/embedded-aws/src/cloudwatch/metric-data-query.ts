import * as z from 'zod';
import type { Instant } from '../clock/clock.ts';
import { readExpression } from './expression.ts';
import type { Metric, Metrics } from './metrics.ts';
import { STATISTICS, statisticOf } from './statistic-set.ts';

/** A period in seconds: 10, 20, 30 or whole minutes. */
export const period = z
  .number()
  .refine((seconds) => [10, 20, 30].includes(seconds) || (seconds > 0 && seconds % 60 === 0), {
    error: ({ input }) => `Period must be 10, 20, 30 or a multiple of 60, got ${input}`,
  });
export const dimensions = z.array(z.strictObject({ Name: z.string(), Value: z.string() })).default([]);

/** A metric or an expression, in the form of a template's alarms and of GetMetricData. */
export const metricDataQuery = z.strictObject({
  Id: z.string().regex(/^[a-z]\w*$/),
  Label: z.string().optional(),
  ReturnData: z.boolean().default(true),
  Expression: z.string().optional(),
  Period: period.optional(),
  MetricStat: z
    .strictObject({
      Metric: z.strictObject({ Namespace: z.string(), MetricName: z.string(), Dimensions: dimensions }),
      Period: period,
      Stat: z.enum(STATISTICS),
    })
    .optional(),
});
export type MetricDataQuery = z.output<typeof metricDataQuery>;
type MetricStat = NonNullable<MetricDataQuery['MetricStat']>;

/** Returns the value of the period that begins at an instant; undefined if the period has no data. */
export type Measurement = (start: Instant) => number | undefined;

/** Returns the measurement of the query with an id. Expressions refer to other queries by id. */
export function measurement(metrics: Metrics, queries: readonly MetricDataQuery[], id: string): Measurement {
  const query = queries.find(({ Id }) => Id === id);
  if (!query)
    throw new Error(`There is no query ${id}. Existing queries: ${queries.map(({ Id }) => Id).join(', ') || 'none'}.`);
  const { Expression, MetricStat } = query;
  if (MetricStat) return measuredMetric(metrics, MetricStat);
  const { ids, value } = readExpression(Expression ?? '');
  // The query itself is left out, so that a circular reference fails as an unknown id.
  const others = queries.filter((other) => other !== query);
  const named = new Map(ids.map((name) => [name, measurement(metrics, others, name)]));
  return (start) => value((name) => named.get(name)?.(start));
}

function measuredMetric(metrics: Metrics, { Metric, Period, Stat }: MetricStat): Measurement {
  const series = metrics.series(metricOf(Metric));
  return (start) => {
    const set = series.over(start, Period);
    return set && statisticOf(set, Stat);
  };
}

export const metricOf = (metric: MetricStat['Metric']): Metric => ({
  namespace: metric.Namespace,
  name: metric.MetricName,
  dimensions: Object.fromEntries(metric.Dimensions.map(({ Name, Value }) => [Name, Value])),
});

/** Returns the period that all metrics of these queries share. */
export function commonPeriod(queries: readonly MetricDataQuery[]): number {
  const periods = new Set(queries.flatMap(({ MetricStat, Period }) => MetricStat?.Period ?? Period ?? []));
  const [only] = periods;
  if (only !== undefined && periods.size === 1) return only;
  throw new Error(`All metrics of an expression need the same Period, got ${[...periods].join(', ') || 'none'}.`);
}
