import { brakesChain, eventsOf, linksOf, monthsOf } from '../../domain/tables.ts';
import { textOf } from '../../statemachines/states/messages.ts';
import * as may from '../permissions.ts';
import { environmentName, operatorsTopic, tradingSettings } from './shared-settings.ts';
import { shortTimeoutSeconds, type Task, type TaskContext } from './task.ts';

const haltMachine = ({ scope, environmentName: name }: Pick<TaskContext, 'scope' | 'environmentName'>) =>
  may.named(scope, 'states', 'stateMachine', `rollback-${name}-halt`);

/** Appends a halt to the history of the environment, with a link. Finds halts whose execution was stopped before that, and tells people. */
export const recordTheHalt: Task = {
  name: 'record-the-halt',
  timeoutSeconds: shortTimeoutSeconds,
  settings: (context) => ({
    ...environmentName(context),
    ...operatorsTopic(context),
    ...tradingSettings(context),
    HALT_MACHINE: haltMachine(context),
    HALT_FAILED: textOf(context.templates, 'halt-failed'),
  }),
  rights: (context) => [
    may.useItems(context.tables.history, [eventsOf(brakesChain), linksOf('*'), monthsOf], 'Query', 'PutItem'),
    may.listExecutions([haltMachine(context)]),
    may.seeExecutions(context.scope, context.environmentName, 'halt'),
    ...may.publishTo(context.operators),
  ],
};
