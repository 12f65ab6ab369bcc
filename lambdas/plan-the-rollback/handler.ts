import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { flagName, flagValue } from '../../domain/flag.ts';
import { checkedInput } from '../middleware/checked-input.ts';
import { hostCommandSchema, rollbackSchema } from '../payload.ts';
import { type PlanReach, planTheRollback } from './plan-the-rollback.ts';

const input = z.object({
  rollback: rollbackSchema,
  phase: z.int(),
  runbooks: z.array(
    z.object({
      phase: z.int(),
      name: z.string(),
      target: z.object({ version: z.string(), paths: z.array(z.string()) }),
      steps: z.array(z.object({ name: z.string(), timeout: z.int(), flags: z.record(flagName, flagValue).optional() })),
    }),
  ),
  steps: z.array(hostCommandSchema.extend({ script: z.string() })),
  version: hostCommandSchema,
});

/** Asks every host what a rollback would do there and writes the plan. Changes nothing; calling it twice is harmless. */
export const planningTheRollback = (reach: PlanReach) =>
  middy(async (request: z.infer<typeof input>, context: Context) =>
    planTheRollback(reach, request, () => context.getRemainingTimeInMillis()),
  ).use(checkedInput(input));
