import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { checkedInput } from '../middleware/checked-input.ts';
import { hostCommandSchema, rollbackSchema } from '../middleware/payload.ts';
import { type ConfirmRecoveryDeps, confirmPhases, confirmRecovery } from './confirm-recovery.ts';
import { judgedPhases } from './several-phases.ts';

const part = {
  steps: z.array(z.string()),
  target_version: z.string(),
  version: hostCommandSchema,
  own_checks: z.array(z.string()),
};
const ofOnePhase = z.object({
  rollback: rollbackSchema,
  fence: z.int(),
  ...part,
  health: hostCommandSchema.nullable(),
});

const ofSeveralPhases = z.object({
  rollback: rollbackSchema,
  fence: z.int(),
  parts: z.array(
    z.object({
      ...part,
      phase: z.int(),
      paths: z.array(z.string()),
      copies: z.array(z.object({ from: z.string(), to: z.string() })),
    }),
  ),
  healths: z.array(z.object({ phases: z.array(z.int()), command: hostCommandSchema })),
});
const input = z.union([ofOnePhase, ofSeveralPhases]);

/** Checks every host's version and health, and returns whether that is recovery. Changes nothing. */
export const confirmRecoveryHandler = (deps: ConfirmRecoveryDeps) =>
  middy(async (request: z.infer<typeof input>, context: Context) => {
    const remaining = () => context.getRemainingTimeInMillis();
    return 'parts' in request
      ? confirmPhases(deps, judgedPhases(request), remaining)
      : confirmRecovery(deps, request, remaining);
  }).use(checkedInput(input));
