import { hostsOf } from '../../domain/tables.ts';
import * as may from '../permissions.ts';
import { fleetTag } from './shared-settings.ts';
import { stateItems } from './state-items.ts';
import { hostTimeoutSeconds, type Task } from './task.ts';

/** Runs the customer's check on every host for a person. Takes no lock and writes no event. */
export const lookAtHosts: Task = {
  name: 'look-at-hosts',
  timeoutSeconds: hostTimeoutSeconds,
  settings: fleetTag,
  rights: (context) => [
    stateItems(context, 'rollbacks', 'GetItem', 'PutItem'), // the check's own scope and attempts
    stateItems(context, 'seenHosts', 'Query'), // hosts that vanished from the inventory
    may.useItems(context.tables.history, hostsOf('*'), 'Query', 'BatchWriteItem'), // one verdict per host
    ...may.lookAtFleet(context.documents.looks),
    ...may.runOnFleet(context.scope, context.documents.looks, context.environment),
  ],
};
