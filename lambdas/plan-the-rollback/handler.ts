import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { checkedInput } from '../middleware/checked-input.ts';
import { hostCommandSchema, plannedRunbookSchema, rollbackSchema } from '../middleware/payload.ts';
import { type PlanTheRollbackDeps, planTheRollback } from './plan-the-rollback.ts';
import { chosenPlan } from './several-phases.ts';

const commands = {
  steps: z.array(hostCommandSchema.extend({ script: z.string() })),
  version: hostCommandSchema,
};
const ofOnePhase = z.object({
  rollback: rollbackSchema,
  phase: z.int(),
  runbooks: z.array(plannedRunbookSchema),
  ...commands,
});

const ofSeveralPhases = z.object({
  rollback: rollbackSchema,
  runbooks: z.array(plannedRunbookSchema),
  parts: z.array(z.object({ phase: z.int(), planned: plannedRunbookSchema.shape.steps, ...commands })),
});
const input = z.union([ofOnePhase, ofSeveralPhases]);

/**
 * Asks every host what a rollback would do there, and writes the plan. Changes nothing; calling it twice is harmless.
 */
export const planTheRollbackHandler = (deps: PlanTheRollbackDeps) =>
  middy(async (request: z.infer<typeof input>, context: Context) =>
    planTheRollback(deps, 'parts' in request ? chosenPlan(request) : request, () => context.getRemainingTimeInMillis()),
  ).use(checkedInput(input));
