import { AppConfigClient } from '@aws-sdk/client-appconfig';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { FlagDocument } from '../../domain/flag-document.ts';
import { alarmsOn } from '../alarms.ts';
import { claimsIn } from '../claims.ts';
import { closeRollback } from '../close-rollback/close-rollback.ts';
import { required } from '../environment.ts';
import { statusOn } from '../execution-status.ts';
import { outboxIn } from '../outbox.ts';
import { publishTo } from '../publish.ts';
import { realReach } from '../reach.ts';
import { rowWindowIn } from '../row-window.ts';
import { seedFlags } from '../seed-flags.ts';
import { sendMessage } from '../send-message/send-message.ts';
import { stopCommands } from '../stop-commands.ts';
import { writeLateHistory } from '../write-late-history.ts';
import { reconciling } from './handler.ts';

const db = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const stepFunctions = new SFNClient({});
const reach = realReach();
const { history, locks } = reach;
const claims = claimsIn(db, required('STATE_TABLE'));
const publish = publishTo(new SNSClient({}), required('TOPIC_ARN'));
const appConfig = new AppConfigClient({});
const phases = JSON.parse(required('PHASES')) as number[];
const templates = JSON.parse(required('PAGE_TEMPLATES')) as Record<'needs-a-person' | 'fleet-held', string>;

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
  start: async (phase, event) => {
    await stepFunctions.send(
      new StartExecutionCommand({
        stateMachineArn: `${required('MACHINE_ARN_PREFIX')}${phase}`,
        input: JSON.stringify(event),
      }),
    );
  },
  arnOf: (alarm) => `${required('ALARM_ARN_PREFIX')}${alarm}`,
  stopCommands: (rollback, status) => stopCommands(reach, rollback, status),
  close: (closing) =>
    closeRollback(
      { history, claims, locks, rowWindow: rowWindowIn(db, required('STATE_TABLE')), now: Date.now },
      closing,
    ),
  page: (name, sending) =>
    sendMessage({ history, publish, now: Date.now }, { ...sending, message: { name, template: templates[name] } }),
  writeLateHistory: () => writeLateHistory(history, outboxIn(db, required('STATE_TABLE')), Date.now),
  seedFlags: () =>
    seedFlags(
      appConfig,
      {
        application: required('FLAGS_APPLICATION'),
        environment: required('FLAGS_ENVIRONMENT'),
        profile: required('FLAGS_PROFILE'),
        strategy: required('FLAGS_IMMEDIATE_STRATEGY'),
      },
      JSON.parse(required('FIRST_FLAGS')) as FlagDocument,
    ),
});
