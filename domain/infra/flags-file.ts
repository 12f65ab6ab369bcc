import * as z from 'zod';
import { flagName, flagValue } from '../flag.ts';
import { printableLine } from '../printable.ts';
import { breakerAlarm } from './triggers-file.ts';

/** A flag that is not used any more. Its name stays in the file, so that no flag gets it again. */
const retiredFlag = z.strictObject({
  retired: z.string().min(1).max(200).regex(printableLine, { error: 'one line' }).describe('Why the flag is retired.'),
});
/** A flag with values that neither its first value nor a runbook names. */
const declaredFlag = z.strictObject({
  first: flagValue.nullable(),
  values: z.array(flagValue).min(1).max(20).describe('Further values that a person may set.'),
});

/** A circuit breaker of a component: its own alarm opens it, and a person closes it. */
const breakerFlag = z.strictObject({
  breaker: breakerAlarm.describe(
    'The alarm that opens it. Its metric has the dimension component, with the name of the flag.',
  ),
});

/** The values of a flag that brings new code in beside the old: unused, running without effect on orders, or in charge. */
export const shadowModes = ['off', 'shadow', 'live'] as const;
/** A share of the traffic: whole percent from 0 to 100, as the text that AppConfig and the hosts have. */
export const sharePattern = /^(100|[1-9]?\d)$/;

const shadowFlag = z.strictObject({
  type: z.literal('shadow'),
  first: z.enum(shadowModes).default('off').describe('Its first value: off, shadow or live.'),
});
const shareFlag = z.strictObject({
  type: z.literal('share'),
  first: z
    .string()
    .regex(sharePattern, { error: 'whole percent from "0" to "100", in quotes' })
    .default('0')
    .describe('Its first value: whole percent of the traffic, such as "5".'),
});

/** infra/flags.yaml: every flag and its first value, or a mapping; null: no first value. */
export const flagsFileSchema = z.record(
  flagName,
  z.union([flagValue.nullable(), retiredFlag, declaredFlag, breakerFlag, shadowFlag, shareFlag]),
);
export type FlagsFile = z.infer<typeof flagsFileSchema>;
