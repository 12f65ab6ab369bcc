import type { RollbackRecord } from '../../domain/history/record.ts';
import type { Inventory } from '../../domain/host/inventory.ts';
import { productMetrics } from '../../domain/product-metrics.ts';
import type { Contacts } from '../../domain/question/contact.ts';
import type { ReconcileMessage } from '../../domain/reconcile/action.ts';
import { alarmsSinceOn } from '../clients/alarm-history.ts';
import { alarmsOn } from '../clients/alarms.ts';
import { executionEndOn, executionStatusOn } from '../clients/execution-status.ts';
import { metricCounterOn } from '../clients/metric-counter.ts';
import { startMachineOn } from '../clients/start-machine.ts';
import { lastHaltedOn } from '../clients/venue-halt.ts';
import type { CloseRollbackDeps } from '../operations/close-rollback.ts';
import { closeStopped } from '../operations/close-stopped.ts';
import { readInventory } from '../operations/read-inventory.ts';
import { type SendRequest, sendMessage } from '../operations/send-message.ts';
import { stopCommands } from '../operations/stop-commands.ts';
import { beginRebuild, countStatistics } from '../reconcile/count-statistics.ts';
import { reconcileHandler } from '../reconcile/handler.ts';
import { olderItemsIndexer } from '../reconcile/index-older-items.ts';
import { judgeDeployments } from '../reconcile/judge-deployments.ts';
import { leftAtTheClose } from '../reconcile/left-at-the-close.ts';
import { recordBlocks } from '../reconcile/record-blocks.ts';
import { rememberHosts } from '../reconcile/remember-hosts.ts';
import { resend } from '../reconcile/resend.ts';
import { watchDrills } from '../reconcile/watch-drills.ts';
import { writeLateHistory } from '../reconcile/write-late-history.ts';
import { brakesIn } from '../stores/brakes.ts';
import { brakesHistoryIn } from '../stores/brakes-history.ts';
import { deploymentsIn } from '../stores/deployments.ts';
import { drillsIn, type OpenDrill } from '../stores/drills.ts';
import { fleetTruthsIn } from '../stores/fleet-truth.ts';
import type { History } from '../stores/history.ts';
import { historyBufferIn } from '../stores/history-buffer.ts';
import { olderItemsIn } from '../stores/index-attributes.ts';
import { linksIn } from '../stores/links.ts';
import { statisticsIn } from '../stores/statistics.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import { closeRollbackDeps } from './close-rollback-deps.ts';
import { giveAnswerDeps } from './give-answer-deps.ts';
import { hostStepDeps } from './host-step-deps.ts';
import { inventoryDeps } from './inventory.ts';
import { sendMessageDeps } from './send-message-deps.ts';
import { haltedMetric, jsonSetting, type Settings, sessionsOf } from './settings.ts';

export function wireReconcile(
  clients: Pick<Clients, 'dynamoDb' | 'ssm' | 'ec2' | 'sns' | 'cloudWatch' | 'stepFunctions'>,
  given: Settings,
  clock: Clock,
) {
  const { dynamoDb, cloudWatch, stepFunctions } = clients;
  const templates = jsonSetting<Record<ReconcileMessage | 'limit-missed', string>>(given, 'TEMPLATES');
  const settings: Settings = (name) => (name === 'LIMIT_MISSED' ? templates['limit-missed'] : given(name));
  const state = settings('STATE_TABLE');
  const historyTable = settings('HISTORY_TABLE');
  const environment = settings('ENVIRONMENT');
  const machinePrefix = settings('MACHINE_ARN_PREFIX');
  const alarmPrefix = settings('ALARM_ARN_PREFIX');
  const closing = closeRollbackDeps(clients, settings, clock);
  const { history, unsent } = closing;
  const { questions, wake, seeExecution, proofRules } = giveAnswerDeps(clients, settings, clock);
  const fleet = inventoryDeps(clients, settings, clock);
  const inventory = () => readInventory(fleet);
  const sending = {
    ...sendMessageDeps(clients, settings, clock),
    countUnsent: metricCounterOn(cloudWatch, environment, productMetrics.unsentMessages),
  };
  const statusOf = executionStatusOn(stepFunctions, clock.now);
  const send = (request: SendRequest) => sendMessage(sending, request);
  const tell = tellOfDrill(send, templates);
  const page = (template: ReconcileMessage, request: Omit<SendRequest, 'message'>, name: string = template) =>
    send({ ...request, message: { name, template: templates[template] } });
  const calling = { ...called(settings), ...reminding(closing, inventory) };
  return reconcileHandler({
    ...closing,
    ...{ questions, wake, seeExecution, proofRules, sleep: clock.sleep },
    alarms: alarmsOn(cloudWatch),
    statusOf,
    ...calling,
    fleet: settings('FLEET'),
    phases: jsonSetting(settings, 'PHASES'),
    targets: jsonSetting(settings, 'TARGETS'),
    blind: jsonSetting(settings, 'BLIND_TRIGGERS'),
    settings: jsonSetting(settings, 'SETTINGS'),
    ...market(cloudWatch, settings, clock),
    ...compared(dynamoDb, state),
    inventory,
    brakes: brakesIn(dynamoDb, state).ofPhase,
    countOverdue: metricCounterOn(cloudWatch, environment, productMetrics.overdueReviews),
    countPassedOver: metricCounterOn(cloudWatch, environment, productMetrics.passedOverDecisions),
    start: startMachineOn(stepFunctions, (phase) => `${machinePrefix}${phase}`),
    arnOf: (alarm) => `${alarmPrefix}${alarm}`,
    closeStopped: (stopped) => closeStopped({ ...closing, ...stopping(clients, settings, clock) }, stopped),
    page,
    resend: () => resend({ ...{ history, unsent, send, templates, statusOf, page }, ...calling, now: clock.now }),
    rememberHosts: () => rememberHosts({ inventory, seenHosts: fleet.seenHosts, now: clock.now }),
    judgeDeployments: () => judgeDeployments({ ...closing, ...judging(clients, settings), now: clock.now }),
    watchDrills: () => watchDrills({ ...closing, wake, ...watching(clients, settings, clock), tell }),
    ...tidying(dynamoDb, { state, history: historyTable }, clock, history),
    writeLateHistory: () => writeLateHistory(history, historyBufferIn(dynamoDb, state), clock.now),
  });
}

/** Returns what ends a rollback whose execution was stopped, beside the stores. */
function stopping(clients: Pick<Clients, 'dynamoDb' | 'ssm' | 'stepFunctions'>, settings: Settings, clock: Clock) {
  const onHosts = hostStepDeps(clients, settings, clock);
  return {
    stopCommands: (id: string, status: string) => stopCommands(onHosts, id, status),
    seeExecutionEnd: executionEndOn(clients.stepFunctions),
    sessionsOf: sessionsOf(settings),
  };
}

/** Returns what reminds people, at the pre-open, of what was left at the close. */
const reminding = ({ scopes }: CloseRollbackDeps, inventory: () => Promise<Inventory>) => ({
  left: (record: RollbackRecord) => leftAtTheClose({ scopes, inventory }, record),
});

/** Returns the sessions of the phases, and what reads halts of venues. */
const market = (cloudWatch: Clients['cloudWatch'], settings: Settings, { now }: Clock) => ({
  sessionsOf: sessionsOf(settings),
  lastHalted: lastHaltedOn(cloudWatch, haltedMetric(settings), now),
});

/** Returns the deployments on record, and whether the hosts are as deployed. */
const compared = (db: Clients['dynamoDb'], state: string) => ({
  deployments: deploymentsIn(db, state),
  truth: fleetTruthsIn(db, state).read,
});

/** Returns the people who are called, and the environment that commands in their messages name. */
const called = (settings: Settings) => ({
  environment: settings('ENVIRONMENT'),
  contacts: jsonSetting<Contacts>(settings, 'CONTACTS'),
});

/** Returns the work that tidies the history. */
function tidying(
  db: Clients['dynamoDb'],
  tables: { readonly state: string; readonly history: string },
  { now }: Clock,
  history: History,
) {
  const links = linksIn(db, tables.history);
  const statistics = statisticsIn(db, tables.history);
  const brakesHistory = brakesHistoryIn(db, tables.history);
  return {
    recordBlocks: () => recordBlocks({ blocks: brakesIn(db, tables.state), brakesHistory, now }),
    closeMonths: () => links.closeBefore(new Date(now()).toISOString()),
    indexOlderItems: olderItemsIndexer(olderItemsIn(db, tables), now),
    countStatistics: () => countStatistics({ statistics, links, history }),
    rebuildStatistics: (month: string) => beginRebuild({ statistics }, month),
  };
}

/** Returns the dependencies of the judgement of deployments, beside the stores. */
const judging = ({ cloudWatch, dynamoDb }: Pick<Clients, 'cloudWatch' | 'dynamoDb'>, settings: Settings) => ({
  alarmsSince: alarmsSinceOn(cloudWatch, settings('ENVIRONMENT')),
  blind: jsonSetting<string[]>(settings, 'BLIND_TRIGGERS'),
  truth: fleetTruthsIn(dynamoDb, settings('STATE_TABLE')).read,
  phases: jsonSetting<number[]>(settings, 'PHASES'),
  sessionsOf: sessionsOf(settings),
  watchWindow: jsonSetting<{ readonly watch_window: number }>(settings, 'SETTINGS').watch_window,
});

/** Returns the dependencies of the watch on drills, beside the stores of rollbacks. */
function watching(
  { dynamoDb, cloudWatch, stepFunctions }: Pick<Clients, 'dynamoDb' | 'cloudWatch' | 'stepFunctions'>,
  settings: Settings,
  { now }: Clock,
) {
  const count = (metric: string) => metricCounterOn(cloudWatch, settings('ENVIRONMENT'), metric);
  return {
    drills: drillsIn(dynamoDb, settings('STATE_TABLE')),
    fleet: settings('FLEET'),
    statusOf: executionStatusOn(stepFunctions, now),
    seeExecutionEnd: executionEndOn(stepFunctions),
    phases: jsonSetting<number[]>(settings, 'PHASES'),
    scheduled: jsonSetting<{ readonly drills?: boolean }>(settings, 'SETTINGS').drills === true,
    count: {
      failed: count(productMetrics.failedDrills),
      slow: count(productMetrics.slowDrills),
      overdue: count(productMetrics.overdueDrills),
    },
  };
}

/** Returns the sender of the message about a drill that was stopped. */
const tellOfDrill =
  (send: (request: SendRequest) => Promise<unknown>, templates: Readonly<Record<ReconcileMessage, string>>) =>
  ({ rollback, phase }: OpenDrill, { ending, problem }: { readonly ending: string; readonly problem: string | null }) =>
    send({
      rollback: { id: rollback },
      message: { name: 'drill-result', template: templates['drill-result'] },
      values: { phase, ending, drill_reason: problem },
    });
