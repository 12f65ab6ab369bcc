import { brakesChain, eventsOf, linksOf, monthsOf } from '../../domain/tables.ts';
import { setBreakers, setNormalFlags } from '../flag-permissions.ts';
import * as may from '../permissions.ts';
import { environmentName } from './shared-settings.ts';
import { stateItems } from './state-items.ts';
import { shortTimeoutSeconds, type Task } from './task.ts';

/** Sets a flag of the normal layer, or a circuit breaker in the safety layer, and appends that to the history of the environment, with a link. */
export const setTheFlag: Task = {
  name: 'set-the-flag',
  timeoutSeconds: shortTimeoutSeconds,
  settings: (context) => ({
    ...context.flags.settings,
    ...context.flags.gradual,
    ...environmentName(context),
  }),
  rights: (context) => [
    ...setNormalFlags(context.flags),
    stateItems(context, 'phases', 'Query'), // the deployments: which code the value would meet; the open rollbacks
    stateItems(context, 'pause', 'Query'), // the freezes
    ...setBreakers(context.flags),
    may.seeAlarms(context.scope), // a circuit breaker is closed only while its alarm is OK
    may.useItems(context.tables.history, [eventsOf(brakesChain), linksOf('*'), monthsOf], 'Query', 'PutItem'),
  ],
};
