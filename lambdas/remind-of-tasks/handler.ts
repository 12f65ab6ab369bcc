import middy from '@middy/core';
import { type RemindDeps, remindOfTasks } from './remind-of-tasks.ts';

/** Tells people of tasks that are overdue. Takes no input; may run at any time. */
export const remindOfTasksHandler = (deps: RemindDeps) => middy(async () => remindOfTasks(deps));
