import { noticeSource } from '../../domain/follow-up/task-notice.ts';
import * as may from '../permissions.ts';
import { writeHistory } from './shared-rights.ts';
import { environmentName } from './shared-settings.ts';
import { stateItems } from './state-items.ts';
import { shortTimeoutSeconds, type Task } from './task.ts';

/** Completes, assigns or adds a task of a follow-up, or accepts a report. */
export const changeTheTask: Task = {
  name: 'change-the-task',
  timeoutSeconds: shortTimeoutSeconds,
  settings: environmentName,
  rights: (context) => [
    ...writeHistory(context),
    stateItems(context, 'dueTasks', 'PutItem', 'DeleteItem'),
    may.putEvents(context.scope, noticeSource),
  ],
};
