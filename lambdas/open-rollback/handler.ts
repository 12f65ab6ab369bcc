import middy from '@middy/core';
import * as z from 'zod';
import { checkedInput } from '../middleware/checked-input.ts';
import { policySchema } from '../middleware/payload.ts';
import { type OpenRollbackDeps, openRollback } from './open-rollback.ts';

const input = z.object({
  execution: z.object({ id: z.string(), name: z.string(), start_time: z.string(), input: z.unknown() }),
  phase: z.object({ number: z.int(), name: z.string() }),
  target_version: z.string(),
  also_undone: z.array(z.int()),
  restores: z.object({ paths: z.array(z.string()), by: z.array(z.string()) }),
  fleet: z.string(),
  policy: policySchema,
  documents: z.array(z.object({ name: z.string(), sha256: z.string() })),
});

/** Opens a rollback and freezes what it will act on. Touches no host; calling it twice is harmless. */
export const openRollbackHandler = (deps: OpenRollbackDeps) =>
  middy(async (request: z.infer<typeof input>) => openRollback(deps, request)).use(checkedInput(input));
