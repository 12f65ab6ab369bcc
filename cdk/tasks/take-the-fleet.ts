import * as may from '../permissions.ts';
import { writeHistory } from './shared-rights.ts';
import { environmentName, phaseNumbers } from './shared-settings.ts';
import { stateItems } from './state-items.ts';
import { shortTimeoutSeconds, type Task } from './task.ts';

/** Takes the fleet's lock with the next fence. */
export const takeTheFleet: Task = {
  name: 'take-the-fleet',
  timeoutSeconds: shortTimeoutSeconds,
  settings: (context) => ({ ...environmentName(context), ...phaseNumbers(context) }),
  rights: (context) => [
    // Deletes its place in the queue, and the lock while other rollbacks act; updates count the fence.
    stateItems(context, 'fleet', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'),
    // Hosts that other rollbacks have done while it waited, and whether it has ended; PutItem: that it stands down.
    stateItems(context, 'rollbacks', 'GetItem', 'PutItem'),
    // A rollback that waited for the fleet may not be needed any more; UpdateItem: its row window ends with it. Query: deployments
    // that have undone since what others did.
    stateItems(context, 'phases', 'UpdateItem', 'DeleteItem', 'Query'),
    stateItems(context, 'tokens', 'DeleteItem'),
    stateItems(context, 'unsentMessages', 'PutItem'), // people must be told that it stood down
    // Hosts that are away while others did the rest: they are rolled back when they return.
    stateItems(context, 'unreachedHosts', 'Query', 'PutItem'),
    may.seeAlarms(context.scope), // whether the alarms turned green while it waited
    ...writeHistory(context),
  ],
};
