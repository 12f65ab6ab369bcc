import middy from '@middy/core';
import * as z from 'zod';
import { checkedInput } from '../middleware/checked-input.ts';
import { plannedRunbookSchema, rollbackSchema } from '../middleware/payload.ts';
import { type AskAPersonDeps, askAPerson } from './ask-a-person.ts';
import { type HandOverDeps, handOver } from './hand-over.ts';

const question = z.object({
  rollback: rollbackSchema,
  question: z.object({ number: z.int() }),
  token: z.string(),
  templates: z.object({ question: z.string().optional(), hand_over: z.string() }),
  runbooks: z.array(plannedRunbookSchema),
});
const stop = z.object({
  rollback: rollbackSchema,
  stopped: z.string(),
  restoring: z.array(z.string()),
  at: z.string(),
  problem: z.string(),
  approvers: z.int().positive(),
});
const input = z.union([question, stop]);

/**
 * Asks people, once per question; the machine waits for its task token. For a rollback that stopped, stores the question
 * first. Calling it twice asks once.
 */
export const askAPersonHandler = (deps: AskAPersonDeps & HandOverDeps) =>
  middy(async (request: z.infer<typeof input>) =>
    'stopped' in request ? handOver(deps, request) : askAPerson(deps, request),
  ).use(checkedInput(input));
