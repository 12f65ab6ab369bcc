import middy from '@middy/core';
import * as z from 'zod';
import { checkedInput } from '../middleware/checked-input.ts';
import { policySchema, rollbackSchema } from '../middleware/payload.ts';
import { type ReadTheDecisionDeps, readTheDecision } from './read-the-decision.ts';

const asked = { rollback: rollbackSchema, question: z.object({ number: z.int() }) };
const input = z.union([
  z.object({ ...asked, policy: policySchema }),
  z.object({ ...asked, steps: z.array(z.string()) }),
]);

/** Returns how a question was decided and what to do now. Calling it twice returns the same. */
export const readTheDecisionHandler = (deps: ReadTheDecisionDeps) =>
  middy(async (request: z.infer<typeof input>) => readTheDecision(deps, request)).use(checkedInput(input));
