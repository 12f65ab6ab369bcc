import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { checkedInput } from '../middleware/checked-input.ts';
import { hostCommandSchema, rollbackSchema } from '../middleware/payload.ts';
import { type ConfirmRecoveryDeps, confirmRecovery } from './confirm-recovery.ts';

const input = z.object({
  rollback: rollbackSchema,
  fence: z.int(),
  steps: z.array(z.string()),
  target_version: z.string(),
  version: hostCommandSchema,
  health: hostCommandSchema.nullable(),
  own_checks: z.array(z.string()),
});

/** Checks every host's version and health, and returns whether that is recovery. Changes nothing. */
export const confirmRecoveryHandler = (deps: ConfirmRecoveryDeps) =>
  middy(async (request: z.infer<typeof input>, context: Context) =>
    confirmRecovery(deps, request, () => context.getRemainingTimeInMillis()),
  ).use(checkedInput(input));
