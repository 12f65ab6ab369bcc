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
 * The definition of an alarm on a metric or an expression, by PutMetricAlarm's names.
 *
 * Percentiles, units, anomaly bands and Metrics Insights are not supported and are refused by name.
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
  /** The metrics and expressions of the alarm. It watches the one that has ReturnData. */
  readonly queries: readonly MetricDataQuery[];
  /** Seconds. */
  readonly period: number;
  readonly criteria: Criteria;
  readonly measure: Measurement;
};

/** The most seconds that an alarm may evaluate: one day, or seven days for periods of an hour or more (PutMetricAlarm). */
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

/** Returns the query of an alarm without Metrics. CloudWatch generates its id, which appears in events. */
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
  throw new Error(
    'Exactly one entry of Metrics must have ReturnData, because the alarm watches it. Set ReturnData: false in all others.',
  );
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
    // Alarms on DynamoDB's metrics always ignore missing data (PutMetricAlarm, TreatMissingData).
    treatMissingData: Namespace === 'AWS/DynamoDB' ? 'ignore' : definition.TreatMissingData,
  };
}
