import { brakesChain, eventsOf, linksOf, monthsOf } from '../../domain/tables.ts';
import * as may from '../permissions.ts';
import { noSettings, shortTimeoutSeconds, type Task } from './task.ts';

/** Appends a halt to the history of the environment, with a link. */
export const recordTheHalt: Task = {
  name: 'record-the-halt',
  timeoutSeconds: shortTimeoutSeconds,
  settings: noSettings,
  rights: ({ tables }) => [
    may.useItems(tables.history, [eventsOf(brakesChain), linksOf('*'), monthsOf], 'Query', 'PutItem'),
  ],
};
