import type { PutMetricDataInput } from '@aws-sdk/client-cloudwatch';
import * as z from 'zod';
import type { Action } from '../../wire/service.ts';
import { dimensions } from '../metric-data-query.ts';
import type { CloudWatchState } from '../state.ts';
import { merged, type StatisticSet, setOf } from '../statistic-set.ts';
import { invalidValue, requestAs } from '../validation.ts';
import type { OnTheWire } from '../wire.ts';

/** The oldest and newest timestamps that CloudWatch takes: seconds before and after now (MetricDatum, Timestamp). */
const OLDEST = 14 * 86_400;
const NEWEST = 2 * 3600;

/** Publishes values of metrics. Units are accepted and ignored. */
export const PutMetricData: Action<CloudWatchState, OnTheWire<PutMetricDataInput>, void> = {
  needs: (_, { Namespace = '' }) => [
    { action: 'cloudwatch:PutMetricData', resource: '*', keys: { 'cloudwatch:namespace': Namespace } },
  ],
  run: ({ metrics, surroundings }, request) => {
    const { Namespace: namespace, MetricData } = requestAs(input, request);
    const now = surroundings.clock.now();
    // All data are checked before the first is stored, so that a request is stored completely or not at all.
    const found = MetricData.map((one) => ({ one, set: valuesOf(one), instant: instantOf(one.Timestamp, now) }));
    for (const { one, set, instant } of found) {
      const dimensions = Object.fromEntries(one.Dimensions.map(({ Name, Value }) => [Name, Value]));
      metrics.written({ namespace, name: one.MetricName, dimensions }).put(instant, set, one.StorageResolution);
    }
  },
};

const datum = z.strictObject({
  MetricName: z.string().min(1).max(255),
  Dimensions: dimensions.refine((all) => all.length <= 30, 'A metric has at most 30 dimensions'),
  Timestamp: z.number().optional(),
  Value: z.number().optional(),
  Values: z.array(z.number()).max(150).optional(),
  Counts: z.array(z.number()).optional(),
  StatisticValues: z
    .strictObject({ SampleCount: z.number(), Sum: z.number(), Minimum: z.number(), Maximum: z.number() })
    .optional(),
  StorageResolution: z.union([z.literal(1), z.literal(60)]).default(60),
  Unit: z.string().optional(),
});

const input = z.strictObject({
  Namespace: z
    .string()
    .min(1)
    .max(255)
    .regex(/^[^:]/)
    .refine((name) => !name.startsWith('AWS/'), 'The namespace AWS/ is for AWS services'),
  MetricData: z.array(datum).min(1).max(1000),
});

function valuesOf({ MetricName, Value, Values, Counts, StatisticValues }: z.output<typeof datum>): StatisticSet {
  if (Value !== undefined) return setOf(Value);
  if (StatisticValues) {
    const { SampleCount: count, Sum: sum, Minimum: minimum, Maximum: maximum } = StatisticValues;
    return { count, sum, minimum, maximum };
  }
  const set = Values?.map((value, index) => setOf(value, Counts?.[index] ?? 1)).reduce<StatisticSet | undefined>(
    merged,
    undefined,
  );
  if (set) return set;
  throw invalidValue(`The datum of ${MetricName} needs a Value, Values or StatisticValues.`);
}

/** Returns the instant of a timestamp in seconds; without one, now. Throws for one that is too old or too new. */
export function instantOf(timestamp: number | undefined, now: number): number {
  if (timestamp === undefined) return now;
  const age = now / 1000 - timestamp;
  if (age <= OLDEST && age >= -NEWEST) return timestamp * 1000;
  throw invalidValue(
    `The Timestamp ${new Date(timestamp * 1000).toISOString()} is more than two weeks in the past or two hours in the ` +
      `future. The account's time is ${new Date(now).toISOString()}.`,
  );
}
