import { hostsOf } from '../../domain/tables.ts';
import * as may from '../permissions.ts';
import { fleetTag } from './shared-settings.ts';
import { stateItems } from './state-items.ts';
import { hostTimeoutSeconds, type Task } from './task.ts';

/** Tags the commit and copies databases and configuration on every host. Takes no lock and writes no event. */
export const prepareTheHosts: Task = {
  name: 'prepare-the-hosts',
  timeoutSeconds: hostTimeoutSeconds,
  settings: fleetTag,
  rights: (context) => [
    stateItems(context, 'fleet', 'Query'), // a rollback goes first
    stateItems(context, 'pause', 'Query'), // a freeze of deployments
    stateItems(context, 'phases', 'GetItem', 'PutItem', 'Query'), // the preparation, and the version that runs
    stateItems(context, 'rollbacks', 'GetItem', 'PutItem'), // its own scope and attempts
    stateItems(context, 'seenHosts', 'Query'), // hosts that vanished from the inventory
    may.useItems(context.tables.history, hostsOf('*'), 'Query', 'BatchWriteItem'), // one report per host
    ...may.lookAtFleet(context.documents.preparing),
    ...may.runOnFleet(context.scope, context.documents.preparing, context.environment),
  ],
};
