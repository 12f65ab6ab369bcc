import middy from '@middy/core';
import * as z from 'zod';
import { type RemindOfProcedureDeps, remindOfProcedure } from './remind-of-procedure.ts';
import { type RemindDeps, remindOfTasks } from './remind-of-tasks.ts';

/** The event of the rule that reminds of the procedure's own review; every other event is that of the hour. */
const procedure = z.object({ review: z.literal('procedure') });

/** Tells people of tasks that are overdue, or that the procedure itself is due for a review. May run at any time. */
export const remindOfTasksHandler = (deps: RemindDeps & RemindOfProcedureDeps) =>
  middy(async (event: unknown) => (procedure.safeParse(event).success ? remindOfProcedure(deps) : remindOfTasks(deps)));
