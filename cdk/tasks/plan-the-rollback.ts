import * as may from '../permissions.ts';
import {
  documentsOfRollbacks,
  machineOfSeveralPhases,
  machinesOfPhases,
  seeBrakes,
  writeHistory,
} from './shared-rights.ts';
import { stateItems } from './state-items.ts';
import { hostTimeoutSeconds, type Task } from './task.ts';

/** Asks every host what each step would do there, and writes the plan. */
export const planTheRollback: Task = {
  name: 'plan-the-rollback',
  timeoutSeconds: hostTimeoutSeconds,
  // The plan shows how long the rollback would take, and by when it must end.
  settings: ({ environment: { confirm, limits } }) => ({
    CONFIRM: JSON.stringify(confirm),
    LIMITS: JSON.stringify(limits),
  }),
  rights: (context) => [
    // Neither the fleet's lock nor the phase's claim: it sends the same documents in the mode plan, and holds nothing.
    stateItems(context, 'rollbacks', 'GetItem', 'PutItem'),
    seeBrakes(context), // whether the version to restore is blocked
    ...writeHistory(context),
    ...may.runOnFleet(context.scope, documentsOfRollbacks(context), context.environment),
    may.listExecutions([...machinesOfPhases(context), machineOfSeveralPhases(context)]), // finds how long the previous rollback took
  ],
};
