import { writeHistory } from './shared-rights.ts';
import { noSettings, shortTimeoutSeconds, type Task } from './task.ts';

/** Adds a person's findings to the history of an ended rollback. */
export const annotateTheRollback: Task = {
  name: 'annotate-the-rollback',
  timeoutSeconds: shortTimeoutSeconds,
  settings: noSettings,
  rights: (context) => writeHistory(context),
};
