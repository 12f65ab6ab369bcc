import { readStatistics } from '../permissions.ts';
import { sendMessages, writeHistory } from './shared-rights.ts';
import { contacts, operatorsTopic } from './shared-settings.ts';
import { shortTimeoutSeconds, type Task } from './task.ts';

/** Sends one message to the operators. */
export const sendMessage: Task = {
  name: 'send-message',
  timeoutSeconds: shortTimeoutSeconds,
  settings: (context) => ({ ...operatorsTopic(context), ...contacts(context) }),
  rights: (context) => [
    ...writeHistory(context),
    ...sendMessages(context),
    readStatistics(context.tables.history), // the usual time of such rollbacks, for the ETA
  ],
};
