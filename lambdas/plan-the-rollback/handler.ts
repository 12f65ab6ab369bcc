import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { checkedInput } from '../middleware/checked-input.ts';
import { hostCommandSchema, plannedRunbookSchema, rollbackSchema } from '../middleware/payload.ts';
import { endPlan } from '../operations/end-plan.ts';
import { endBrokenDrill, type HoldTheDrillDeps, holdTheDrill } from './hold-the-drill.ts';
import { planTheRollback } from './plan-the-rollback.ts';
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
/** A drill is a plan of one phase that is judged. */
const ofDrill = ofOnePhase.extend({
  documents: z.array(z.object({ name: z.string(), sha256: z.string() })),
  runbook: z.string(),
});
const ofBrokenPlan = z.object({
  rollback: rollbackSchema.pick({ id: true, execution_arn: true }),
  not_planned: z.string(),
});
const ofBrokenDrill = z.object({
  rollback: rollbackSchema.pick({ id: true, phase: true, execution_arn: true }),
  broken: z.string(),
});
// In this order: zod takes the first that fits, and a plan of one phase fits the input of a drill without what makes it one.
const input = z.union([ofBrokenPlan, ofBrokenDrill, ofDrill, ofOnePhase, ofSeveralPhases]);

/**
 * Asks every host what a rollback would do there, and writes the plan, or judges it as a drill. Changes nothing; calling it
 * twice is harmless.
 */
export const planTheRollbackHandler = (deps: HoldTheDrillDeps) =>
  middy(async (request: z.infer<typeof input>, context: Context) => {
    const remaining = () => context.getRemainingTimeInMillis();
    if ('not_planned' in request) return endPlan(deps, request.rollback, { problem: request.not_planned });
    if ('broken' in request) return endBrokenDrill(deps, request);
    if ('documents' in request) return holdTheDrill(deps, request, remaining);
    return planTheRollback(deps, 'parts' in request ? chosenPlan(request) : request, remaining);
  }).use(checkedInput(input));
