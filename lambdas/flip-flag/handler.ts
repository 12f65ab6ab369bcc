import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { flagName, flagValue } from '../../domain/runbook.ts';
import type { Flags } from '../flags.ts';
import type { Reach } from '../host-attempt.ts';
import { checkedInput } from '../middleware/checked-input.ts';
import { hostCommandSchema, rollbackSchema } from '../payload.ts';
import { flipFlag } from './flip-flag.ts';

const input = z.object({
  rollback: rollbackSchema,
  fence: z.int(),
  step: hostCommandSchema,
  flags: z.record(flagName, flagValue),
});

/** Sets overrides and waits until every host has them. Calling it twice is harmless. */
export const flippingFlag = (reach: Reach & { readonly flags: Flags }) =>
  middy(async ({ step, ...request }: z.infer<typeof input>, context: Context) =>
    flipFlag(reach, { ...request, command: step }, () => context.getRemainingTimeInMillis()),
  ).use(checkedInput(input));
