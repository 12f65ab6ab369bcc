import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { alarmsOn } from '../alarms.ts';
import { claimsIn } from '../claims.ts';
import { closeRollback } from '../close-rollback/close-rollback.ts';
import { deploymentsIn } from '../deployments.ts';
import { required } from '../environment.ts';
import { statusOn } from '../execution-status.ts';
import { fleetOn } from '../fleet.ts';
import { outboxIn } from '../outbox.ts';
import { publishTo } from '../publish.ts';
import { realReach } from '../reach.ts';
import { rowWindowIn } from '../row-window.ts';
import { type Sending, sendMessage } from '../send-message/send-message.ts';
import { stopCommands } from '../stop-commands.ts';
import { unreachedIn } from '../unreached.ts';
import { unsentIn } from '../unsent.ts';
import { writeLateHistory } from '../write-late-history.ts';
import { reconciling } from './handler.ts';
import { resend } from './resend.ts';
import { startMachines } from './start-machines.ts';

const db = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const state = required('STATE_TABLE');
const unreached = unreachedIn(db, state);
const fleet = fleetOn(new SSMClient({}));
const stepFunctions = new SFNClient({});
const reach = realReach();
const { history, locks } = reach;
const claims = claimsIn(db, state);
const publish = publishTo(new SNSClient({}), required('TOPIC_ARN'));
const phases = JSON.parse(required('PHASES')) as number[];
const templates = JSON.parse(required('TEMPLATES')) as Record<string, string>;
const unsent = unsentIn(db, state);
const send = (sending: Sending) => sendMessage({ history, publish, unsent, now: Date.now }, sending);

export const handler = reconciling({
  alarms: alarmsOn(new CloudWatchClient({})),
  claims,
  locks,
  history,
  statusOf: statusOn(stepFunctions),
  environment: required('ENVIRONMENT'),
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
  close: (closing) => closeRollback({ ...reach, claims, unreached, rowWindow: rowWindowIn(db, state) }, closing),
  page: (name, sending) => send({ ...sending, message: { name, template: templates[name] ?? '' } }),
  resend: () => resend({ history, unsent, send, templates }),
  writeLateHistory: () => writeLateHistory(history, outboxIn(db, state), Date.now),
});
