import * as z from 'zod';
import { uuid } from '../clock/random.ts';
import type { Surroundings } from '../wire/service.ts';
import { type AlarmBase, alarmProperties, newAlarm } from './alarm-base.ts';
import type { Criteria } from './alarm-verdict.ts';
import {
  commonPeriod,
  dimensions,
  type Measurement,
  type MetricDataQuery,
  measurement,
  metricDataQuery,
  period,
} from './metric-data-query.ts';
import type { Metrics } from './metrics.ts';
import { STATISTICS } from './statistic-set.ts';

const COMPARISONS = {
  GreaterThanOrEqualToThreshold: (value: number, threshold: number) => value >= threshold,
  GreaterThanThreshold: (value: number, threshold: number) => value > threshold,
  LessThanThreshold: (value: number, threshold: number) => value < threshold,
  LessThanOrEqualToThreshold: (value: number, threshold: number) => value <= threshold,
};
export type ComparisonOperator = keyof typeof COMPARISONS;

/**
 * An alarm on a metric or an expression, as PutMetricAlarm and the template define it.
 *
 * Percentiles, units, anomaly bands and Metrics Insights are not here, and refused by name.
 */
export const metricAlarmDefinition = z.strictObject({
  ...alarmProperties,
  ComparisonOperator: z.enum(Object.keys(COMPARISONS) as [ComparisonOperator, ...ComparisonOperator[]]),
  DatapointsToAlarm: z.int().positive().optional(),
  Dimensions: dimensions,
  EvaluationPeriods: z.int().positive(),
  MetricName: z.string().optional(),
  Metrics: z.array(metricDataQuery).optional(),
  Namespace: z.string().optional(),
  Period: period.optional(),
  Statistic: z.enum(STATISTICS).optional(),
  Threshold: z.number(),
  TreatMissingData: z.enum(['missing', 'ignore', 'breaching', 'notBreaching']).default('missing'),
});
export type MetricAlarmDefinition = z.output<typeof metricAlarmDefinition>;

export type MetricAlarm = AlarmBase & {
  readonly type: 'MetricAlarm';
  readonly definition: MetricAlarmDefinition;
  /** What it watches; one of them has ReturnData. */
  readonly queries: readonly MetricDataQuery[];
  /** Seconds. */
  readonly period: number;
  readonly criteria: Criteria;
  readonly measure: Measurement;
};

/** Seconds an alarm may look back: a day, or seven with periods of an hour or more (PutMetricAlarm). */
const LONGEST = 86_400;
const LONGEST_BY_HOURS = 7 * LONGEST;

export function metricAlarm(
  surroundings: Surroundings,
  metrics: Metrics,
  definition: MetricAlarmDefinition,
): MetricAlarm {
  const queries = definition.Metrics ?? [singleMetric(surroundings, definition)];
  const seconds = commonPeriod(queries);
  checkLength(definition, seconds);
  return {
    ...newAlarm(surroundings, definition.AlarmName),
    type: 'MetricAlarm',
    definition,
    queries,
    period: seconds,
    criteria: criteria(definition),
    measure: measurement(metrics, queries, watched(queries).Id),
  };
}

/** The id is the service's own; events show it. */
function singleMetric({ random }: Surroundings, definition: MetricAlarmDefinition): MetricDataQuery {
  const { AlarmName, Namespace, MetricName, Dimensions, Period, Statistic } = definition;
  if (!Namespace || !MetricName || !Period || !Statistic)
    throw new Error('An alarm needs Metrics, or all of Namespace, MetricName, Period and Statistic.');
  const Metric = { Namespace, MetricName, Dimensions };
  const Id = uuid(random, `cloudwatch/${AlarmName}`);
  return { Id, ReturnData: true, MetricStat: { Metric, Period, Stat: Statistic } };
}

function watched(queries: readonly MetricDataQuery[]): MetricDataQuery {
  const [only, another] = queries.filter(({ ReturnData }) => ReturnData);
  if (only && !another) return only;
  throw new Error('Exactly one entry of Metrics is watched: it has ReturnData, all others have ReturnData: false.');
}

function checkLength({ EvaluationPeriods }: MetricAlarmDefinition, seconds: number): void {
  const longest = seconds < 3600 ? LONGEST : LONGEST_BY_HOURS;
  if (EvaluationPeriods * seconds > longest)
    throw new Error(`EvaluationPeriods × Period must be at most ${longest} s, got ${EvaluationPeriods * seconds} s.`);
}

function criteria(definition: MetricAlarmDefinition): Criteria {
  const { EvaluationPeriods, DatapointsToAlarm = EvaluationPeriods, Threshold, Namespace } = definition;
  if (DatapointsToAlarm > EvaluationPeriods)
    throw new Error(`DatapointsToAlarm is ${DatapointsToAlarm}, more than EvaluationPeriods (${EvaluationPeriods}).`);
  const compare = COMPARISONS[definition.ComparisonOperator];
  return {
    evaluationPeriods: EvaluationPeriods,
    datapointsToAlarm: DatapointsToAlarm,
    breaches: (value) => compare(value, Threshold),
    // Metrics of DynamoDB ignore missing data whatever the alarm says (PutMetricAlarm, TreatMissingData).
    treatMissingData: Namespace === 'AWS/DynamoDB' ? 'ignore' : definition.TreatMissingData,
  };
}
