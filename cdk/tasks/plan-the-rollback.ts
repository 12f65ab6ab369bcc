import * as may from '../permissions.ts';
import {
  documentsOfRollbacks,
  machineOfSeveralPhases,
  machinesOfPhases,
  seeBrakes,
  writeHistory,
} from './shared-rights.ts';
import { phaseNumbers } from './shared-settings.ts';
import { stateItems } from './state-items.ts';
import { hostTimeoutSeconds, type Task } from './task.ts';

/** Asks every host what each step would do there, and writes the plan or holds a drill. */
export const planTheRollback: Task = {
  name: 'plan-the-rollback',
  timeoutSeconds: hostTimeoutSeconds,
  // The plan shows how long the rollback would take, by when it must end, and whether a cap on hosts is against it.
  settings: (context) => ({
    CONFIRM: JSON.stringify(context.environment.confirm),
    LIMITS: JSON.stringify(context.environment.limits),
    SETTINGS: JSON.stringify({ brakes: context.environment.brakes }),
    ...phaseNumbers(context), // a cap counts the hosts of all
  }),
  rights: (context) => [
    // Neither the fleet's lock nor the phase's claim: it sends the same documents in the mode plan, and holds nothing.
    stateItems(context, 'rollbacks', 'GetItem', 'PutItem'),
    seeBrakes(context), // whether the version to restore is blocked
    stateItems(context, ['phases', 'fleet'], 'Query'), // the hosts that automation touched; the real rollback to which a drill yields
    stateItems(context, 'drills', 'PutItem', 'DeleteItem'), // the result of a drill, and that it is over
    ...writeHistory(context),
    may.readStatistics(context.tables.history), // how long such rollbacks usually take
    ...may.runOnFleet(context.scope, documentsOfRollbacks(context), context.environment),
    may.seeExecutions(context.scope, context.environmentName), // whether somebody stopped the drill
    may.listExecutions([...machinesOfPhases(context), machineOfSeveralPhases(context)]), // finds how long the previous rollback took
  ],
};
