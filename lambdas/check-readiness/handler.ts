import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { flagName, flagValue } from '../../domain/flag.ts';
import { checkedInput } from '../middleware/checked-input.ts';
import { hostCommandSchema } from '../middleware/payload.ts';
import { checkReadiness } from './check-readiness.ts';
import type { ReadinessDeps } from './deps.ts';

const documents = z.array(z.object({ name: z.string(), sha256: z.string() }));
const phase = z.object({
  phase: z.int(),
  command: hostCommandSchema,
  target: z.string().nullable(),
  also_undone: z.array(z.int()).default([]), // a machine of an older version sends none
  forbidden: z.array(z.object({ version: z.string(), flag: flagName, value: flagValue, reason: z.string() })),
  steps: z.array(
    z.object({ name: z.string(), restores: z.boolean(), flags: z.record(flagName, flagValue).optional() }),
  ),
  documents,
  alarms: z.array(z.string()),
});
const input = z.object({
  execution: z.object({ id: z.string(), name: z.string(), start_time: z.string(), input: z.unknown() }),
  fleet: z.string(),
  phases: z.array(phase),
  documents,
});

/** Checks whether phases can be rolled back. Changes no host; calling it twice is harmless. */
export const checkReadinessHandler = (deps: ReadinessDeps) =>
  middy(async (request: z.infer<typeof input>, context: Context) =>
    checkReadiness(deps, request, () => context.getRemainingTimeInMillis()),
  ).use(checkedInput(input));
