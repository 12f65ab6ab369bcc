import * as may from '../permissions.ts';
import { trackHostWork } from './shared-rights.ts';
import { environmentName, fleetTag, metricsOfAlarms, phaseNumbers, tradingSessions } from './shared-settings.ts';
import { stateItems } from './state-items.ts';
import { hostTimeoutSeconds, type Task } from './task.ts';

/** Checks version and health of every host, the alarm and its metric, until all are good several times in a row. */
export const confirmRecovery: Task = {
  name: 'confirm-recovery',
  timeoutSeconds: hostTimeoutSeconds,
  settings: (context) => {
    const { in_a_row, every, give_up } = context.environment.confirm;
    return {
      ...environmentName(context),
      ...fleetTag(context),
      ...metricsOfAlarms(context),
      ...tradingSessions(context),
      ...phaseNumbers(context),
      PROBES: JSON.stringify({ in_a_row, every_seconds: every, give_up_seconds: give_up }),
    };
  },
  rights: (context) => [
    ...trackHostWork(context),
    may.seeHosts(), // why a host left the fleet
    stateItems(context, 'phases', 'GetItem'), // whether other rollbacks are open, to which a host's ill health may be left
    stateItems(context, 'unreachedHosts', 'Query'), // whether its hosts are owed a rollback of another phase
    ...may.runOnFleet(context.scope, context.documents.checks, context.environment),
    may.seeAlarms(context.scope),
    may.seeMetrics(),
  ],
};
