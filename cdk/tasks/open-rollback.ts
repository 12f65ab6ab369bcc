import * as may from '../permissions.ts';
import * as shared from './shared-rights.ts';
import * as settings from './shared-settings.ts';
import { stateItems } from './state-items.ts';
import { shortTimeoutSeconds, type Task } from './task.ts';

/** Opens a rollback: decides whether it begins, and freezes its hosts, documents and row window. */
export const openRollback: Task = {
  name: 'open-rollback',
  timeoutSeconds: shortTimeoutSeconds,
  settings: (context) => ({
    ...settings.environmentName(context),
    ...settings.fleetTag(context),
    ...settings.decisionRules(context),
    ...settings.tradingSessions(context),
    ...settings.metricsOfAlarms(context), // the baseline is read from the alarm's metric
    ...settings.phaseNumbers(context), // whether other phases fell silent too
    ...settings.limitMissedText(context), // it may close a stopped rollback
    ...settings.reviewTime(context),
    ...settings.proofOfDecisions(context), // it joins a rollback only if its question is open
  }),
  rights: (context) => [
    ...shared.decideOrAsk(context),
    ...shared.wakeMachine(context), // an alarm that joins a rollback may answer its open question
    may.seeMetrics(), // the baseline
    // Hosts that vanished from the inventory; documents that were checked in the last minutes; what each host runs.
    stateItems(context, ['seenHosts', 'checkedDocuments', 'truth'], 'Query'),
    ...shared.closeStoppedRights(context), // the next rollback of a phase closes a stopped one, and takes a free fleet
    stateItems(context, ['alarms', 'drills'], 'GetItem', 'PutItem'), // one rollback per change of an alarm; that a drill is open
    // Asks hosts for their versions before it chooses the target. The document only reads.
    ...may.sendToFleet(context.scope, context.documents.opening, context.environment.fleet.tag),
    may.seeHosts('ssm:ListDocuments', 'ssm:GetCommandInvocation'),
    may.readOwnDocuments(context.scope, context.environmentName),
    may.seeAlarms(context.scope),
    shared.seeWhoDecided(context), // also whether the phase's open rollback still runs
  ],
};
