import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { flagName, flagValue } from '../../domain/flag.ts';
import { checkedInput } from '../middleware/checked-input.ts';
import { hostCommandSchema, repeatSchema, rollbackSchema } from '../middleware/payload.ts';
import { type FlipFlagDeps, flipFlag } from './flip-flag.ts';

const input = z.object({
  rollback: rollbackSchema,
  fence: z.int(),
  step: hostCommandSchema,
  repeat: repeatSchema,
  flags: z.record(flagName, flagValue),
});

/** Sets flag overrides and reads them on every host. Calling it twice is harmless. */
export const flipFlagHandler = (deps: FlipFlagDeps) =>
  middy(async ({ step, ...request }: z.infer<typeof input>, context: Context) =>
    flipFlag(deps, { ...request, command: step }, () => context.getRemainingTimeInMillis()),
  ).use(checkedInput(input));
