import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { flagName, flagValue } from '../../domain/flag.ts';
import { checkedInput } from '../middleware/checked-input.ts';
import { forbiddenSchema, hostCommandSchema, policySchema } from '../middleware/payload.ts';
import { type OpenRollbackDeps, openRollback } from './open-rollback.ts';
import { chosenPhases } from './several-phases.ts';

const execution = z.object({ id: z.string(), name: z.string(), start_time: z.string(), input: z.unknown() });
const phase = z.object({ number: z.int(), name: z.string() });
const looks = z.array(
  z.object({
    phase: z.int(),
    also_undone: z.array(z.int()),
    command: hostCommandSchema,
    forbidden: forbiddenSchema.optional(),
    paths: z.array(z.string()).optional(),
    steps: z
      .array(
        z.object({
          name: z.string(),
          restores: z.boolean(),
          flags: z.record(flagName, flagValue).optional(),
          whole: z.boolean().optional(),
        }),
      )
      .optional(),
  }),
);
const ofOnePhase = z.object({
  execution,
  phase,
  target_version: z.string(),
  also_undone: z.array(z.int()),
  restores: z.object({ paths: z.array(z.string()), by: z.array(z.string()) }),
  fleet: z.string(),
  policy: policySchema,
  documents: z.array(z.object({ name: z.string(), sha256: z.string() })),
  looks: looks.optional(),
  witness: z
    .object({ command: hostCommandSchema, own: z.array(z.string()), elsewhere: z.array(z.string()) })
    .optional(),
});

const ofSeveralPhases = z.object({
  execution,
  fleet: z.string(),
  triggers: policySchema.shape.triggers,
  looks: looks.optional(),
  parts: z.array(
    ofOnePhase
      .pick({ phase: true, target_version: true, also_undone: true, restores: true, documents: true })
      .extend({ steps: policySchema.shape.steps }),
  ),
});
const input = z.union([ofOnePhase, ofSeveralPhases]);

/** Opens a rollback and freezes what it will act on. Changes nothing on hosts; calling it twice is harmless. */
export const openRollbackHandler = (deps: OpenRollbackDeps) =>
  middy(async (request: z.infer<typeof input>, context: Context) =>
    openRollback(deps, 'parts' in request ? chosenPhases(request) : request, () => context.getRemainingTimeInMillis()),
  ).use(checkedInput(input));
