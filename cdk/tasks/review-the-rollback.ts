import { writeHistory } from './shared-rights.ts';
import { stateItems } from './state-items.ts';
import { noSettings, shortTimeoutSeconds, type Task } from './task.ts';

/** Adds a second person's judgement to the history of an automatic rollback. */
export const reviewTheRollback: Task = {
  name: 'review-the-rollback',
  timeoutSeconds: shortTimeoutSeconds,
  settings: noSettings,
  rights: (context) => [
    ...writeHistory(context),
    stateItems(context, 'reviews', 'DeleteItem'), // ends the reminders
  ],
};
