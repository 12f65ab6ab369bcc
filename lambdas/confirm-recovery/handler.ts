import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import type { Reach } from '../host-attempt.ts';
import { checkedInput } from '../middleware/checked-input.ts';
import { hostCommandSchema, rollbackSchema } from '../payload.ts';
import { confirmRecovery } from './confirm-recovery.ts';

const input = z.object({
  rollback: rollbackSchema,
  fence: z.int(),
  steps: z.array(z.string()),
  target_version: z.string(),
  check: hostCommandSchema,
});

/** Asks every host which version it runs and says whether that is recovery. Looks only; calling it twice is harmless. */
export const confirmingRecovery = (reach: Reach) =>
  middy(async ({ check, ...request }: z.infer<typeof input>, context: Context) =>
    confirmRecovery(reach, { ...request, command: check }, () => context.getRemainingTimeInMillis()),
  ).use(checkedInput(input));
