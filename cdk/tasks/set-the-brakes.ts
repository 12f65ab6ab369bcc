import { brakesChain, eventsOf, linksOf, monthsOf } from '../../domain/tables.ts';
import { useItems } from '../permissions.ts';
import { phaseNumbers } from './shared-settings.ts';
import { stateItems } from './state-items.ts';
import { shortTimeoutSeconds, type Task } from './task.ts';

/** Sets a brake, ends one, resets a phase's budget, or withdraws a record of a deployment, and appends that to the history of the brakes, with a link. */
export const setTheBrakes: Task = {
  name: 'set-the-brakes',
  timeoutSeconds: shortTimeoutSeconds,
  settings: phaseNumbers, // refuses a phase that has no runbook
  rights: (context) => [
    stateItems(context, 'pause', 'Query', 'PutItem', 'DeleteItem'),
    // The deployments: a block of a version that no phase had may be misspelt, and a withdrawn record is marked.
    stateItems(context, 'phases', 'Query', 'UpdateItem'),
    useItems(context.tables.history, [eventsOf(brakesChain), linksOf('*'), monthsOf], 'Query', 'PutItem'),
  ],
};
