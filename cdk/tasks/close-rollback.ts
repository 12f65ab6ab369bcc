import * as shared from './shared-rights.ts';
import { environmentName, limitMissedText, reviewTime, tradingSessions } from './shared-settings.ts';
import { stateItems } from './state-items.ts';
import { shortTimeoutSeconds, type Task } from './task.ts';

/** Writes the ending of a rollback, and releases the fleet if that is safe. */
export const closeRollback: Task = {
  name: 'close-rollback',
  timeoutSeconds: shortTimeoutSeconds,
  settings: (context) => ({
    ...environmentName(context),
    ...limitMissedText(context),
    ...reviewTime(context),
    ...tradingSessions(context), // after the close, hosts are shut down
  }),
  rights: (context) => [
    ...shared.closeRollbackRights(context),
    stateItems(context, 'alarms', 'DeleteItem'), // of a rollback that could not be opened, for Reconcile
  ],
};
