import * as z from 'zod';
import { durationLike } from '../duration.ts';
import { printableLine } from '../printable.ts';
import { severities } from '../severity.ts';
import { triggers } from '../trigger.ts';
import { trusts } from '../trust.ts';

/**
 * `2 of 3`, and never `3 of 2`: one digit of one, one of two, two of two with more tens, two of two with as many. A pattern,
 * so that editors know it too.
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
    abort: true, // or the rule of a day would be asked of a text
  })
  .transform((text) => {
    const [needed = 0, of = 0] = text.split(' of ').map(Number);
    return { needed, of };
  });

/** CloudWatch's: 10, 20 or 30 s for high-resolution metrics, else whole minutes (PutMetricAlarm, Period). */
const period = durationLike(/^((10|20|30|60)s|\d+[mh])$/, '10s, 20s, 30s, 60s or minutes such as 5m');

const alarm = z
  .strictObject({
    variant: z
      .string()
      .regex(/^[a-z][a-z-]*$/, { error: 'lower-case letters and -' })
      .optional()
      .describe("Tells a trigger's alarms apart; the end of the alarm's name."),
    metric: z.string().regex(/^[A-Z][A-Za-z]+$/, { error: 'a metric name such as LatencyMs' }),
    statistic: z.enum(['Maximum', 'Minimum', 'Sum', 'Average']),
    measures: z
      .enum(['value', 'degradation'])
      .default('value')
      .describe('degradation: the metric itself says by how many percent it is worse than it should be.'),
    above: z.number().optional(),
    at_least: z.number().optional(),
    below: z.number().optional(),
    period,
    datapoints: datapoints.describe('How many of the newest periods must breach.'),
    treat_missing_data: z
      .enum(['missing', 'ignore', 'breaching', 'notBreaching'])
      .describe("CloudWatch's own: what a period without data counts as."),
  })
  .refine(({ above, at_least, below }) => [above, at_least, below].filter((one) => one !== undefined).length === 1, {
    error: 'exactly one of above, at_least, below',
  })
  // PutMetricAlarm, EvaluationPeriods: longer ranges are for periods of an hour and more only.
  .refine(({ period, datapoints }) => period * datapoints.of <= 24 * 3600, {
    path: ['datapoints'],
    error: 'periods of a day in all at most',
  })
  // So that editors know it too.
  .meta({ oneOf: ['above', 'at_least', 'below'].map((one) => ({ required: [one] })) });

/** What INSUFFICIENT_DATA means; an alarm's red with nothing to measure how bad it is means it too. */
export const whenBlind = ['rollback', 'hold', 'ignore'] as const;
export type WhenBlind = (typeof whenBlind)[number];

const trigger = z
  .strictObject({
    severity: z.enum(severities),
    when_blind: z.enum(whenBlind).describe('What it means that there is no data: roll back, ask permit, or nothing.'),
    trust: z.enum(trusts).default('auto').describe('How far it is trusted: observe only records, approve asks permit.'),
    impact: z
      .string()
      .max(300)
      .regex(printableLine, { error: 'one line' })
      .optional()
      .describe("What is wrong when it fires, as messages say it instead of CloudWatch's words."),
    alarms: z.array(alarm).min(1),
  })
  .refine(({ alarms }) => new Set(alarms.map(({ variant }) => variant)).size === alarms.length, {
    path: ['alarms'],
    error: 'alarms with different variants',
  });

/** infra/triggers.yaml: the six triggers and their alarms. */
export const triggersSchema = z.strictObject({
  namespace: z.string().min(1),
  triggers: z.strictObject(
    Object.fromEntries(triggers.map((name) => [name, trigger])) as Record<(typeof triggers)[number], typeof trigger>,
  ),
});
export type Triggers = z.infer<typeof triggersSchema>;
export type TriggerAlarm = z.infer<typeof alarm>;

/** The threshold and CloudWatch's name for how it is crossed. */
export function crossing({ above, at_least, below }: TriggerAlarm): {
  threshold: number;
  comparison: 'GreaterThanThreshold' | 'GreaterThanOrEqualToThreshold' | 'LessThanThreshold';
} {
  if (above !== undefined) return { threshold: above, comparison: 'GreaterThanThreshold' };
  if (at_least !== undefined) return { threshold: at_least, comparison: 'GreaterThanOrEqualToThreshold' };
  return { threshold: below ?? 0, comparison: 'LessThanThreshold' };
}
