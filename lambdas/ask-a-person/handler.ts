import middy from '@middy/core';
import * as z from 'zod';
import { checkedInput } from '../middleware/checked-input.ts';
import { plannedRunbookSchema, rollbackSchema } from '../middleware/payload.ts';
import { type AskAPersonDeps, askAPerson } from './ask-a-person.ts';

const input = z.object({
  rollback: rollbackSchema,
  question: z.object({ number: z.int() }),
  token: z.string(),
  template: z.string(),
  runbooks: z.array(plannedRunbookSchema),
});

/** Asks people, once per question; the machine waits for its task token. Calling it twice asks once. */
export const askAPersonHandler = (deps: AskAPersonDeps) =>
  middy(async (request: z.infer<typeof input>) => askAPerson(deps, request)).use(checkedInput(input));
