import { Stack } from 'aws-cdk-lib';
import { reconcileMessages } from '../../domain/reconcile/action.ts';
import { textOf } from '../../statemachines/states/messages.ts';
import * as may from '../permissions.ts';
import * as shared from './shared-rights.ts';
import * as settings from './shared-settings.ts';
import { stateItems } from './state-items.ts';
import { shortTimeoutSeconds, type Task, type TaskContext } from './task.ts';

/** Packed with the other texts, because alone it would not fit into the variables. */
const limitMissed = 'limit-missed';

/** Repairs every minute what no event repairs: lost alarms, stopped executions, unsent messages, returned hosts. */
export const reconcile: Task = {
  name: 'reconcile',
  timeoutSeconds: shortTimeoutSeconds, // ends before the next minute's run
  oneAtATime: true,
  settings: (context) => ({
    ...settings.environmentName(context),
    ...settings.fleetTag(context),
    ...settings.operatorsTopic(context),
    ...settings.reviewTime(context),
    ...settings.contacts(context),
    ...settings.tradingSessions(context), // silence while the market is closed is no lost alarm
    ...settings.phaseNumbers(context),
    ...settings.proofOfDecisions(context),
    ...ownSettings(context),
  }),
  rights: (context) => [
    // Hosts that it has seen: so that one that vanishes is missed. Drills: it ends stopped ones, and counts for their alarms.
    ...shared.closeStoppedRights(context, { hosts: ['seenHosts', 'drills'] }),
    stateItems(context, ['questions', 'pause'], 'Query'), // open questions, for reminders and deadlines; the brakes
    // Whether a rollback handles a red alarm; and the token of a machine that still waits after its question is decided.
    // One statement for both, to fit.
    stateItems(context, ['alarms', 'tokens', 'truth'], 'GetItem'), // truth: whether a host lacks a deployment that is judged
    may.wakeMachines(),
    stateItems(context, ['unsentMessages', 'reviews'], 'Query', 'DeleteItem'), // reviews: for reminders and their alarm
    may.seeHosts(), // whether an unreachable host has returned, and which hosts the fleet has
    may.seeMetrics(), // whether a venue is halted
    may.seePastAlarms(context.scope), // past ones: whether a deployment's watch window passed without red
    ...may.publishTo(context.operators), // and keeps what SNS did not take: rights that it has above
    may.startMachines(shared.machinesOfPhases(context)), // for a lost alarm, and for returned hosts
    shared.seeWhoDecided(context), // also whether a rollback's execution still runs
    ...may.indexOlderItems(context.tables.history), // once after a version that changes the index attributes
    // The progress of the indexing; and that a CRITICAL rollback waits for an operator's answer. One statement for both, to fit.
    stateItems(context, ['indexing', 'questions'], 'GetItem', 'PutItem'),
    ...may.countStatistics(context.tables.history),
  ],
};

/** The settings that Reconcile alone gets. */
function ownSettings(context: TaskContext): Record<string, string> {
  const { environment, triggers, templates, targets } = context;
  const blind = Object.entries(triggers.triggers).filter(([, { when_blind }]) => when_blind !== 'ignore');
  return {
    FLEET: environment.fleet.name,
    // One prefix instead of one ARN per phase: Lambda takes 4 KB of variables.
    MACHINE_ARN_PREFIX: shared.machineArn(context, ''),
    BLIND_TRIGGERS: JSON.stringify(blind.map(([name]) => name)),
    ALARM_ARN_PREFIX: `${Stack.of(context.scope).formatArn({ service: 'cloudwatch', resource: 'alarm' })}:`,
    TARGETS: JSON.stringify(targets), // returned hosts wait while the target of their phase is blocked
    TEMPLATES: JSON.stringify(
      Object.fromEntries([...reconcileMessages, limitMissed].map((name) => [name, textOf(templates, name)])),
    ),
    SETTINGS: JSON.stringify({
      confirm: environment.confirm,
      watch_window: environment.brakes.watch_window,
      drills: environment.drills !== undefined,
    }),
  };
}
