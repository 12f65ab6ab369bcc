import middy from '@middy/core';
import * as z from 'zod';
import { checkedInput } from '../middleware/checked-input.ts';
import { type AnnotateTheRollbackDeps, annotateTheRollback } from './annotate-the-rollback.ts';

const input = z.object({ execution: z.object({ id: z.string(), input: z.unknown() }) });

/** Adds a person's findings to the history of an ended rollback. Calling it twice adds them once. */
export const annotateTheRollbackHandler = (deps: AnnotateTheRollbackDeps) =>
  middy(async (request: z.infer<typeof input>) => annotateTheRollback(deps, request)).use(checkedInput(input));
