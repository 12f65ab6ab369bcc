import { noticeSource } from '../../domain/follow-up/task-notice.ts';
import { textOf } from '../../statemachines/states/messages.ts';
import * as may from '../permissions.ts';
import * as settings from './shared-settings.ts';
import { stateItems } from './state-items.ts';
import { shortTimeoutSeconds, type Task } from './task.ts';

/** Tells people every hour of tasks that are overdue, and of those that nobody has. */
export const remindOfTasks: Task = {
  name: 'remind-of-tasks',
  timeoutSeconds: shortTimeoutSeconds,
  settings: (context) => ({
    ...settings.environmentName(context),
    ...settings.operatorsTopic(context),
    RUNBOOK: settings.contacts(context).RUNBOOK,
    TEMPLATES: JSON.stringify(
      Object.fromEntries(
        ['task-overdue', 'task-unowned', 'procedure-review'].map((name) => [name, textOf(context.templates, name)]),
      ),
    ),
  }),
  rights: (context) => [
    may.readHistory(context.tables.history),
    stateItems(context, 'dueTasks', 'Query', 'PutItem', 'DeleteItem'),
    may.countInCloudWatch(),
    ...may.publishTo(context.operators),
    may.putEvents(context.scope, noticeSource),
  ],
};
