import middy from '@middy/core';
import * as z from 'zod';
import { checkedInput } from '../middleware/checked-input.ts';
import { policySchema, rollbackSchema } from '../middleware/payload.ts';
import { type ReadTheDecisionDeps, readTheDecision } from './read-the-decision.ts';

const input = z.object({ rollback: rollbackSchema, question: z.object({ number: z.int() }), policy: policySchema });

/** Says what people decided and what is to be done now. Calling it twice says the same. */
export const readTheDecisionHandler = (deps: ReadTheDecisionDeps) =>
  middy(async (request: z.infer<typeof input>) => readTheDecision(deps, request)).use(checkedInput(input));
