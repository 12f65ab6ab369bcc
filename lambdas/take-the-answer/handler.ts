import middy from '@middy/core';
import * as z from 'zod';
import { checkedInput } from '../middleware/checked-input.ts';
import { type TakeTheAnswerDeps, takeTheAnswer } from './take-the-answer.ts';

const input = z.object({ execution: z.object({ id: z.string(), input: z.unknown() }) });

/** Stores a person's answer to a question. Calling it twice returns the same. */
export const takeTheAnswerHandler = (deps: TakeTheAnswerDeps) =>
  middy(async (request: z.infer<typeof input>) => takeTheAnswer(deps, request)).use(checkedInput(input));
