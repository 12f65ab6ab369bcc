import middy from '@middy/core';
import * as z from 'zod';
import { checkedInput } from '../middleware/checked-input.ts';
import { type ReviewTheRollbackDeps, reviewTheRollback } from './review-the-rollback.ts';

const input = z.object({ execution: z.object({ id: z.string(), input: z.unknown() }) });

/** Adds a second person's judgement to the history of an automatic rollback. Calling it twice adds it once. */
export const reviewTheRollbackHandler = (deps: ReviewTheRollbackDeps) =>
  middy(async (request: z.infer<typeof input>) => reviewTheRollback(deps, request)).use(checkedInput(input));
