import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { checkedInput } from '../middleware/checked-input.ts';
import { hostCommandSchema } from '../middleware/payload.ts';
import { type LookAtHostsDeps, lookAtHosts } from './look-at-hosts.ts';

const checks = z.array(z.object({ phase: z.int(), command: hostCommandSchema }));
const input = z.object({
  execution: z.object({ id: z.string(), name: z.string(), start_time: z.string(), input: z.unknown() }),
  fleet: z.string(),
  checks: z.object({ health: checks, verify: checks, files: checks.optional(), load: checks.optional() }),
  documents: z.array(z.object({ name: z.string(), sha256: z.string() })),
});

/** Runs the customer's own check on every host, or reads all files there. Changes nothing; calling it twice is harmless. */
export const lookAtHostsHandler = (deps: LookAtHostsDeps) =>
  middy(async (request: z.infer<typeof input>, context: Context) =>
    lookAtHosts(deps, request, () => context.getRemainingTimeInMillis()),
  ).use(checkedInput(input));
