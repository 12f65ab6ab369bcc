import { transitionSource } from '../../domain/transitions/transition.ts';
import * as may from '../permissions.ts';
import * as settings from './shared-settings.ts';
import { stateItems } from './state-items.ts';
import { shortTimeoutSeconds, type Task } from './task.ts';

/** Publishes every transition of a rollback to EventBridge, from the history. */
export const publishTransitions: Task = {
  name: 'publish-transitions',
  timeoutSeconds: shortTimeoutSeconds, // ends before the next minute's run; two at once would publish the same
  settings: (context) => settings.environmentName(context),
  rights: (context) => [
    may.readHistory(context.tables.history),
    stateItems(context, 'transitions', 'GetItem', 'Query', 'PutItem', 'DeleteItem'),
    may.countInCloudWatch(),
    may.putEvents(context.scope, transitionSource),
  ],
};
