import middy from '@middy/core';
import * as z from 'zod';
import { checkedInput } from '../middleware/checked-input.ts';
import { type ChangeTaskDeps, changeTheTask } from './change-the-task.ts';

const input = z.object({ execution: z.object({ id: z.string(), input: z.unknown() }) });

/** Completes, assigns or adds a task of a follow-up, or accepts a report. Calling it twice does it once. */
export const changeTheTaskHandler = (deps: ChangeTaskDeps) =>
  middy(async (request: z.infer<typeof input>) => changeTheTask(deps, request)).use(checkedInput(input));
