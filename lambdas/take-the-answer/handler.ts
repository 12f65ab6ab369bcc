import middy from '@middy/core';
import * as z from 'zod';
import type { AnsweringNeeds } from '../give-answer.ts';
import { checkedInput } from '../middleware/checked-input.ts';
import { takeTheAnswer } from './take-the-answer.ts';

const input = z.object({ execution: z.object({ id: z.string(), input: z.unknown() }) });

/** Takes a person’s answer. Calling it twice answers the same. */
export const takingTheAnswer = (needs: AnsweringNeeds) =>
  middy(async (request: z.infer<typeof input>) => takeTheAnswer(needs, request)).use(checkedInput(input));
