import * as may from '../permissions.ts';
import { seeBrakes } from './shared-rights.ts';
import { canaryGroup, environmentName, phaseNumbers } from './shared-settings.ts';
import { stateItems } from './state-items.ts';
import { shortTimeoutSeconds, type Task } from './task.ts';

/** Records a deployment of a phase. */
export const recordDeployment: Task = {
  name: 'record-deployment',
  timeoutSeconds: shortTimeoutSeconds,
  settings: (context) => ({ ...phaseNumbers(context), ...environmentName(context), ...canaryGroup(context) }), // refuses a phase that has no runbook
  rights: (context) => [
    // Query: whether the call repeats the newest deployment, because no rollback acted since.
    stateItems(context, 'phases', 'GetItem', 'PutItem', 'Query'),
    seeBrakes(context), // a freeze of deployments
    may.countInCloudWatch(),
  ],
};
