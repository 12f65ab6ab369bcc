import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import { productMetrics } from '../../domain/product-metrics.ts';
import { contactLines } from '../../domain/question/contact.ts';
import type { ReconcileMessage } from '../../domain/reconcile/reconcile.ts';
import { alarmsOn } from '../clients/alarms.ts';
import { statusOn } from '../clients/execution-status.ts';
import { managedInstancesOn } from '../clients/managed-instances.ts';
import { metricCounterOn } from '../clients/metric-counter.ts';
import { publishTo } from '../clients/publish.ts';
import { closeRollback } from '../close-rollback/close-rollback.ts';
import type { Settings } from '../operations/decide-rollback.ts';
import { realMissing } from '../operations/limit-missed.ts';
import { stopCommands } from '../operations/stop-commands.ts';
import { type Sending, sendMessage } from '../send-message/send-message.ts';
import { claimsIn } from '../stores/claims.ts';
import { deploymentsIn } from '../stores/deployments.ts';
import { historyBufferIn } from '../stores/history-buffer.ts';
import { recentRollbacksIn } from '../stores/recent-rollbacks.ts';
import { rowWindowIn } from '../stores/row-window.ts';
import { unreachedIn } from '../stores/unreached-hosts.ts';
import { unsentIn } from '../stores/unsent-messages.ts';
import { realContacts } from '../wiring/contacts.ts';
import { realDb } from '../wiring/db.ts';
import { realAnswering } from '../wiring/deciding.ts';
import { realReach } from '../wiring/host-step.ts';
import { required } from '../wiring/settings.ts';
import { reconciling } from './handler.ts';
import { resend } from './resend.ts';
import { startMachines } from './start-machines.ts';
import { writeLateHistory } from './write-late-history.ts';

const db = realDb();
const state = required('STATE_TABLE');
const unreached = unreachedIn(db, state);
const fleet = managedInstancesOn(new SSMClient({}));
const stepFunctions = new SFNClient({});
const deps = realReach();
const { history, locks } = deps;
const claims = claimsIn(db, state);
const publish = publishTo(new SNSClient({}), required('TOPIC_ARN'));
const phases = JSON.parse(required('PHASES')) as number[];
const templates = JSON.parse(required('TEMPLATES')) as Record<ReconcileMessage, string>;
const unsent = unsentIn(db, state);
const people = realContacts();
const environment = required('ENVIRONMENT');
const cloudWatch = new CloudWatchClient({});
const countUnsent = metricCounterOn(cloudWatch, environment, productMetrics.unsentMessages);
const send = (sending: Sending) =>
  sendMessage({ history, publish, unsent, countUnsent, contacts: contactLines(people), now: Date.now }, sending);
const missing = realMissing(db, cloudWatch);
const { questions, wake } = realAnswering(db, stepFunctions);

export const handler = reconciling({
  alarms: alarmsOn(cloudWatch),
  claims,
  locks,
  history,
  statusOf: statusOn(stepFunctions),
  environment,
  fleet: required('FLEET'),
  phases,
  blind: JSON.parse(required('BLIND_TRIGGERS')) as string[],
  now: Date.now,
  unreached,
  deployments: deploymentsIn(db, state),
  hosts: () => fleet.hosts({ key: required('FLEET_TAG_KEY'), value: required('FLEET_TAG_VALUE') }),
  start: startMachines(stepFunctions, (phase) => `${required('MACHINE_ARN_PREFIX')}${phase}`),
  arnOf: (alarm) => `${required('ALARM_ARN_PREFIX')}${alarm}`,
  stopCommands: (rollback, status) => stopCommands(deps, rollback, status),
  close: (closing) =>
    closeRollback(
      {
        ...deps,
        ...missing,
        claims,
        unreached,
        recentRollbacks: recentRollbacksIn(db, state),
        rowWindow: rowWindowIn(db, state),
      },
      closing,
    ),
  page: (of, sending, name = of) => send({ ...sending, message: { name, template: templates[of] } }),
  resend: () => resend({ history, unsent, send }),
  ...missing,
  questions,
  wake,
  people,
  frozen: deps.frozen,
  settings: JSON.parse(required('SETTINGS')) as Settings,
  writeLateHistory: () => writeLateHistory(history, historyBufferIn(db, state), Date.now),
});
