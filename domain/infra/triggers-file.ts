import * as z from 'zod';
import { durationLike } from '../duration.ts';
import { printableLine } from '../printable.ts';
import { severities } from '../severity.ts';
import { triggers } from '../trigger.ts';
import { trusts } from '../trust.ts';
import { whenBlind } from './alarm-rules.ts';

export * from './alarm-rules.ts';

/**
 * Matches `2 of 3` but not `3 of 2`. It is a pattern so that editors check it too.
 *
 * In order: one digit of one digit; one of two; two of two with more tens; two of two with the same tens.
 */
const neededOf = [
  ...Array.from('123456789', (n) => `${n} of [${n}-9]`),
  '[1-9] of [1-9]\\d',
  ...Array.from('12345678', (tens) => `${tens}\\d of [${Number(tens) + 1}-9]\\d`),
  `([1-9])(?:${Array.from('0123456789', (n) => `${n} of \\1[${n}-9]`).join('|')})`,
];

/** `2 of 3`: of the newest three periods, two must breach. */
const datapoints = z
  .string()
  .regex(/^[1-9]\d? of [1-9]\d?$/, { error: 'how many of how many periods, such as 2 of 3', abort: true })
  .regex(new RegExp(`^(?:${neededOf.join('|')})$`), {
    error: 'at most as many as there are periods, such as 2 of 3',
    abort: true, // the check of the total time needs numbers, not a text
  })
  .transform((text) => {
    const [needed = 0, of = 0] = text.split(' of ').map(Number);
    return { needed, of };
  });

/** The periods that CloudWatch accepts: 10, 20 or 30 s for high-resolution metrics, else whole minutes (PutMetricAlarm, Period). */
const period = durationLike(/^((10|20|30|60)s|\d+[mh])$/, '10s, 20s, 30s, 60s or minutes such as 5m');

/** The statistics of a metric that an alarm may watch. */
export const statistics = ['Maximum', 'Minimum', 'Sum', 'Average'] as const;
export type Statistic = (typeof statistics)[number];

const alarmFields = {
  metric: z.string().regex(/^[A-Z][A-Za-z]+$/, { error: 'a metric name such as LatencyMs' }),
  statistic: z.enum(statistics),
  above: z.number().optional(),
  at_least: z.number().optional(),
  below: z.number().optional(),
  period,
  datapoints: datapoints.describe('Number of the newest periods that must breach, such as 2 of 3.'),
  treat_missing_data: z
    .enum(['missing', 'ignore', 'breaching', 'notBreaching'])
    .describe("CloudWatch's own setting: the state that a period without data counts as."),
};

const ofTrigger = {
  variant: z
    .string()
    .regex(/^[a-z][a-z-]*$/, { error: 'lower-case letters and -' })
    .optional()
    .describe("Distinguishes the alarms of one trigger; it is the end of the alarm's name."),
  measures: z
    .enum(['value', 'degradation'])
    .default('value')
    .describe('degradation: the metric is the percentage by which the system is worse than it should be.'),
};

type Crossing = {
  readonly above?: number | undefined;
  readonly at_least?: number | undefined;
  readonly below?: number | undefined;
};
type Range = Crossing & { readonly period: number; readonly datapoints: { readonly of: number } };

const checkedAlarm = <Schema extends z.ZodType<Range, unknown>>(schema: Schema) =>
  schema
    .refine(({ above, at_least, below }) => [above, at_least, below].filter((one) => one !== undefined).length === 1, {
      error: 'exactly one of above, at_least, below',
    })
    // PutMetricAlarm, EvaluationPeriods: longer ranges are for periods of an hour and more only.
    .refine(({ period, datapoints }) => period * datapoints.of <= 24 * 3600, {
      path: ['datapoints'],
      error: 'periods of at most one day in total',
    })
    // Editors check the same rule through the JSON schema.
    .meta({ oneOf: ['above', 'at_least', 'below'].map((one) => ({ required: [one] })) });

const alarm = checkedAlarm(z.strictObject({ ...ofTrigger, ...alarmFields }));

/** An alarm on a component of the trading system, which opens its circuit breaker. */
export const breakerAlarm = checkedAlarm(z.strictObject(alarmFields));
export type BreakerAlarm = z.infer<typeof breakerAlarm>;

const trigger = z
  .strictObject({
    severity: z.enum(severities),
    when_blind: z
      .enum(whenBlind)
      .describe('The reaction to missing data: rollback rolls back, hold asks for a permit, ignore does nothing.'),
    trust: z
      .enum(trusts)
      .default('auto')
      .describe('The trust in the trigger: observe only records, approve asks for a permit, auto acts.'),
    impact: z
      .string()
      .max(300)
      .regex(printableLine, { error: 'one line' })
      .optional()
      .describe("The impact that messages give when the trigger fires, in place of CloudWatch's reason."),
    alarms: z.array(alarm).min(1),
  })
  .refine(({ alarms }) => new Set(alarms.map(({ variant }) => variant)).size === alarms.length, {
    path: ['alarms'],
    error: 'alarms with different variants',
  });

/** infra/triggers.yaml: the six triggers of the procedure and their alarms. */
export const triggersSchema = z.strictObject({
  namespace: z.string().min(1),
  triggers: z.strictObject(
    Object.fromEntries(triggers.map((name) => [name, trigger])) as Record<(typeof triggers)[number], typeof trigger>,
  ),
});
export type Triggers = z.infer<typeof triggersSchema>;
export type TriggerAlarm = z.infer<typeof alarm>;
