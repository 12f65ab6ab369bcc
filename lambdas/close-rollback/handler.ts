import middy from '@middy/core';
import * as z from 'zod';
import { endings } from '../../domain/ending.ts';
import { checkedInput } from '../middleware/checked-input.ts';
import { rollbackSchema } from '../middleware/payload.ts';
import { type CloseRollbackDeps, closeRollback } from '../operations/close-rollback.ts';

const input = z.object({
  rollback: rollbackSchema.pick({ id: true, execution_arn: true, phase: true, phases: true, fleet: true }),
  fence: z.int(),
  ending: z.enum(endings),
  problem: z.string().nullable(),
  unsent: z.string().nullable(),
  reopens: z.boolean().optional(),
});

/** Writes the ending and frees the fleet if that is safe. Calling it twice is harmless. */
export const closeRollbackHandler = (deps: CloseRollbackDeps) =>
  middy(async (request: z.infer<typeof input>) => closeRollback(deps, request)).use(checkedInput(input));
