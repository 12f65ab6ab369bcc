import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import { contactLines } from '../../domain/contact.ts';
import { productMetrics } from '../../domain/product-metrics.ts';
import type { Said } from '../../domain/reconcile.ts';
import { alarmsOn } from '../alarms.ts';
import { begunIn } from '../begun.ts';
import { claimsIn } from '../claims.ts';
import { closeRollback } from '../close-rollback/close-rollback.ts';
import { realContacts } from '../contacts.ts';
import { countOn } from '../count.ts';
import type { Settings } from '../deciding.ts';
import { deploymentsIn } from '../deployments.ts';
import { required } from '../environment.ts';
import { statusOn } from '../execution-status.ts';
import { fleetOn } from '../fleet.ts';
import { realMissing } from '../late.ts';
import { outboxIn } from '../outbox.ts';
import { publishTo } from '../publish.ts';
import { realReach } from '../reach.ts';
import { realDb } from '../real-db.ts';
import { realAnswering } from '../real-deciding.ts';
import { rowWindowIn } from '../row-window.ts';
import { type Sending, sendMessage } from '../send-message/send-message.ts';
import { stopCommands } from '../stop-commands.ts';
import { unreachedIn } from '../unreached.ts';
import { unsentIn } from '../unsent.ts';
import { writeLateHistory } from '../write-late-history.ts';
import { reconciling } from './handler.ts';
import { resend } from './resend.ts';
import { startMachines } from './start-machines.ts';

const db = realDb();
const state = required('STATE_TABLE');
const unreached = unreachedIn(db, state);
const fleet = fleetOn(new SSMClient({}));
const stepFunctions = new SFNClient({});
const reach = realReach();
const { history, locks } = reach;
const claims = claimsIn(db, state);
const publish = publishTo(new SNSClient({}), required('TOPIC_ARN'));
const phases = JSON.parse(required('PHASES')) as number[];
const templates = JSON.parse(required('TEMPLATES')) as Record<Said, string>;
const unsent = unsentIn(db, state);
const people = realContacts();
const environment = required('ENVIRONMENT');
const cloudWatch = new CloudWatchClient({});
const countUnsent = countOn(cloudWatch, environment, productMetrics.unsentMessages);
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
  stopCommands: (rollback, status) => stopCommands(reach, rollback, status),
  close: (closing) =>
    closeRollback(
      { ...reach, ...missing, claims, unreached, begun: begunIn(db, state), rowWindow: rowWindowIn(db, state) },
      closing,
    ),
  page: (of, sending, name = of) => send({ ...sending, message: { name, template: templates[of] } }),
  resend: () => resend({ history, unsent, send }),
  ...missing,
  questions,
  wake,
  people,
  frozen: reach.frozen,
  settings: JSON.parse(required('SETTINGS')) as Settings,
  writeLateHistory: () => writeLateHistory(history, outboxIn(db, state), Date.now),
});
