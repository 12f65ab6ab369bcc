import { setTimeout as sleep } from 'node:timers/promises';
import { AppConfigClient, ListApplicationsCommand, ListEnvironmentsCommand } from '@aws-sdk/client-appconfig';
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  SFNClient,
  StartExecutionCommand,
  type StartExecutionInput,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { ListCommandInvocationsCommand, SendCommandCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Account } from 'embedded-aws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openedAccount } from './opened-account.ts';
import { synthesized } from './rehearsals/synthesized.ts';

const region = 'us-east-1';
const arnOf = (machine: string) => `arn:aws:states:${region}:000000000000:stateMachine:rollback-local-${machine}`;
let account: Account;
let config: { region: string; endpoint: string; credentials: { accessKeyId: string; secretAccessKey: string } };
let stepFunctions: SFNClient;
let database: DynamoDBClient;
let systemsManager: SSMClient;
/** The ARN of a rollback started by hand with {}. It takes seconds of real time, while other tests run. */
let byHand = '';

beforeAll(async () => {
  account = await openedAccount(await synthesized(), { hosts: 2 });
  config = { region, endpoint: account.endpoint, credentials: { accessKeyId: 'ana', secretAccessKey: 'ana' } };
  stepFunctions = new SFNClient(config);
  database = new DynamoDBClient(config);
  systemsManager = new SSMClient(config);
  byHand = await start({});
  // Another test's start would be the first on a busy machine, and this one would join it.
  while ((await items(`EVENT#${nameOf(byHand)}`)).length === 0) await sleep(50);
}, 120_000);
afterAll(() => account.close());

async function start(input: unknown, request: Partial<StartExecutionInput> = {}): Promise<string> {
  const { executionArn = '' } = await stepFunctions.send(
    new StartExecutionCommand({ stateMachineArn: arnOf('phase-1'), input: JSON.stringify(input), ...request }),
  );
  return executionArn;
}

async function ended(executionArn: string) {
  for (;;) {
    const description = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
    if (description.status !== 'RUNNING') return description;
    await sleep(50);
  }
}

const nameOf = (executionArn: string) => executionArn.split(':').at(-1) ?? '';
const items = async (pk: string) => {
  const { Items = [] } = await database.send(
    new QueryCommand({
      TableName: 'rollback-local-history',
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: pk } },
    }),
  );
  return Items;
};

describe('an invalid input', () => {
  test.each([
    ['an unknown key', { hosts: 'all' }, 'Unknown input key "hosts". Known keys:'],
    ['a misspelt key', { severty: 'LOW' }, 'Unknown input key "severty". Did you mean "severity"?'],
    ['an unknown severity', { severity: 'URGENT' }, 'severity must be one of'],
    ['a mode that does not exist', { mode: 'dry' }, 'mode must be live, plan or simulate; found "dry".'],
    ['no object', [], 'The input must be a JSON object such as {}; found [].'],
  ])('%s ends FAILED with the sentence as its cause, and writes nothing', async (_, input, sentence) => {
    const executionArn = await start(input);
    const { status, error, cause } = await ended(executionArn);
    expect([status, error, cause]).toEqual(['FAILED', 'InvalidInput', expect.stringContaining(sentence)]);
    const written = await Promise.all(
      ['state', 'history'].map((table) => database.send(new ScanCommand({ TableName: `rollback-local-${table}` }))),
    );
    expect(JSON.stringify(written.map(({ Items }) => Items))).not.toContain(nameOf(executionArn));
  });

  test('that is not JSON starts no execution', async () => {
    await expect(
      stepFunctions.send(new StartExecutionCommand({ stateMachineArn: arnOf('phase-1'), input: '{"severity":' })),
    ).rejects.toMatchObject({ name: 'InvalidExecutionInput' });
  });
});

describe('an execution’s name', () => {
  test('with spaces is refused', async () => {
    await expect(start({}, { name: 'by ana' })).rejects.toMatchObject({ name: 'InvalidName' });
  });

  test('used again with the same input during the execution returns that execution', async () => {
    const name = 'twice';
    const once = await start({ severity: 'LOW' }, { name });
    expect(await start({ severity: 'LOW' }, { name })).toBe(once);
  });

  test('used again with another input is refused', async () => {
    const name = 'other-input';
    await start({ severity: 'LOW' }, { name });
    await expect(start({ severity: 'HIGH' }, { name })).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  });

  test('used again after its execution has ended is refused', async () => {
    const name = 'over';
    await ended(await start({ mode: 'plan' }, { name }));
    await expect(start({ mode: 'plan' }, { name })).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  });
});

test('a machine that does not exist is refused', async () => {
  await expect(start({}, { stateMachineArn: arnOf('phase-9') })).rejects.toMatchObject({
    name: 'StateMachineDoesNotExist',
  });
});

test('the state machines are the template’s', async () => {
  const { stateMachines = [] } = await stepFunctions.send(new ListStateMachinesCommand({}));
  expect(stateMachines.map(({ name }) => name).toSorted()).toEqual([
    'rollback-local-annotate',
    'rollback-local-brakes',
    'rollback-local-change-flag',
    'rollback-local-change-task',
    'rollback-local-check-readiness',
    'rollback-local-confirm-contacts',
    'rollback-local-decide',
    'rollback-local-follow-up',
    'rollback-local-halt',
    'rollback-local-look',
    'rollback-local-phase-1',
    'rollback-local-phase-2',
    'rollback-local-phase-3',
    'rollback-local-phase-4',
    'rollback-local-phase-roll-back-to-before',
    'rollback-local-prepare-deployment',
    'rollback-local-record-deployment',
    'rollback-local-release',
    'rollback-local-resume',
    'rollback-local-review',
  ]);
});

test('a stopped execution ends ABORTED, with the given error and cause', async () => {
  const executionArn = await start({ reason: 'to be stopped' });
  await stepFunctions.send(new StopExecutionCommand({ executionArn, error: 'Ana', cause: 'wrong phase' }));
  expect(await ended(executionArn)).toMatchObject({ status: 'ABORTED', error: 'Ana', cause: 'wrong phase' });
});

/** Every function signs with a key of its own, which the account assigned when it opened. */
describe('a function’s own credentials', () => {
  /** Sends a command without required parameters, so that nothing runs even if it is allowed. */
  const send = async (accessKeyId: string, DocumentName: string) => {
    const client = new SSMClient({ ...config, credentials: { accessKeyId, secretAccessKey: 'x' } });
    const request = new SendCommandCommand({ DocumentName, InstanceIds: ['i-00000000000000001'] });
    return client.send(request).then(
      () => 'sent',
      ({ name, message }: Error) => `${name}: ${message}`,
    );
  };
  const keys = Array.from({ length: 28 }, (_, i) => `ASIA${String(i + 1).padStart(16, '0')}`);
  const sendersOf = async (document: string) => {
    const results = await Promise.all(keys.map((key) => send(key, document)));
    const refused = results.map((result) => result.match(/assumed-role\/[^/]+\/rollback-local-(\S+) is not/)?.[1]);
    const functions = [
      'annotate-the-rollback',
      'ask-a-person',
      'attach-principal',
      'check-documents',
      'check-readiness',
      'close-rollback',
      'confirm-contacts',
      'confirm-recovery',
      'count-failures',
      'export-history',
      'flip-flag',
      'look-at-hosts',
      'open-rollback',
      'plan-the-rollback',
      'prepare-the-hosts',
      'read-the-decision',
      'reconcile',
      'record-deployment',
      'release-the-fleet',
      'review-the-rollback',
      'run-on-hosts',
      'seed-flags',
      'send-message',
      'set-the-brakes',
      'set-the-flag',
      'take-the-answer',
      'take-the-fleet',
    ];
    return functions.filter((name) => !refused.includes(name));
  };

  test('allow a step’s command only to run-on-hosts and plan-the-rollback', async () => {
    expect(await sendersOf('rollback-local-restore-previous-version')).toEqual(['plan-the-rollback', 'run-on-hosts']);
  });

  test('allow a check’s command only to confirm-recovery and plan-the-rollback', async () => {
    expect(await sendersOf('rollback-local-version-at-target')).toEqual(['confirm-recovery', 'plan-the-rollback']);
  });

  test('allow the look at versions only to open-rollback', async () => {
    expect(await sendersOf('rollback-local-look-at-versions')).toEqual(['open-rollback']);
  });

  test('allow a flag’s command only to flip-flag and plan-the-rollback', async () => {
    expect(await sendersOf('rollback-local-flag-effective')).toEqual(['flip-flag', 'plan-the-rollback']);
  });

  test('are refused with the message of AWS', async () => {
    const results = await Promise.all(keys.map((key) => send(key, 'rollback-local-version-at-target')));
    expect(results).toContainEqual(
      expect.stringMatching(
        /^AccessDeniedException: User: arn:aws:sts::000000000000:assumed-role\/\S+\/rollback-local-close-rollback is not authorized to perform: ssm:SendCommand on resource: arn:aws:\S+ because no identity-based policy allows the ssm:SendCommand action$/,
      ),
    );
  });
});

test.each(['AmazonSSM', 'AWSStepFunctions', 'DynamoDB_20120810'])(
  'a request to %s with a body that is not JSON is a client error',
  async (service) => {
    const target = {
      AmazonSSM: 'ListCommands',
      AWSStepFunctions: 'ListStateMachines',
      DynamoDB_20120810: 'ListTables',
    };
    const response = await fetch(account.endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': `${service}.${target[service as keyof typeof target]}` },
      body: '{"Limit":',
    });
    expect([response.status, ((await response.json()) as { __type: string }).__type]).toEqual([
      400,
      'SerializationException',
    ]);
  },
);

test('the account lists its hosts and resources', async () => {
  const about = await (await fetch(`${account.endpoint}/_account`)).json();
  expect(about).toMatchObject({
    accountId: '000000000000',
    region: 'us-east-1',
    clock: 'real',
    hosts: [
      { name: 'host-1', instanceId: 'i-00000000000000001' },
      { name: 'host-2', instanceId: 'i-00000000000000002' },
    ],
    resources: expect.arrayContaining([{ type: 'AWS::SSM::Document', ref: 'rollback-local-clear-corrupted-cache' }]),
  });
});

test('a port in use is refused, with what to do', async () => {
  const port = Number(new URL(account.endpoint).port);
  const second = openedAccount(await synthesized(), { hosts: 0, port });
  await expect(second).rejects.toThrow(`Port ${port} of 127.0.0.1 is in use. Stop what uses it`);
});

describe('a rollback started by hand with {}, under the real clock,', () => {
  // The steps wait for a poll of the hosts' flag agents, and the confirmation takes half a minute.
  test('ends Rolled back', { timeout: 300_000 }, async () => {
    expect(await ended(byHand)).toMatchObject({ status: 'SUCCEEDED' });
    const [record] = await items(`RECORD#${nameOf(byHand)}`);
    expect([record?.['ending'], record?.['restored_to']]).toEqual([{ S: 'Rolled back' }, { S: 'pre-phase1-stable' }]);
  });

  test('is listed', async () => {
    const { executions = [] } = await stepFunctions.send(
      new ListExecutionsCommand({ stateMachineArn: arnOf('phase-1'), statusFilter: 'SUCCEEDED' }),
    );
    expect(executions.map(({ executionArn }) => executionArn)).toContain(byHand);
  });

  test('enters the states of the runbook', async () => {
    const { events = [] } = await stepFunctions.send(new GetExecutionHistoryCommand({ executionArn: byHand }));
    expect(events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? [])).toEqual([
      'Open rollback',
      'Is there anything to do?',
      'Send initial alert',
      'Freeze the target',
      'Stop data ingestion',
      'Switch to backup data source',
      'Clear corrupted cache',
      'Let others act',
      'Restore previous version',
      'Verify system health',
      'Resume operations',
      'Confirm recovery',
      'Did every host recover?',
      'Close rollback',
      'Send rollback complete',
      'Rolled back',
    ]);
  });

  test('has its events in DynamoDB, numbered without a gap', async () => {
    const events = await items(`EVENT#${nameOf(byHand)}`);
    expect(events.map(({ sk }) => Number(sk?.S))).toEqual(events.map((_, i) => i + 1));
    expect(events.at(0)?.['type']).toEqual({ S: 'Rollback opened' });
  });

  test('ran each of its steps once on both hosts, and the check before the restoring one', async () => {
    const { CommandInvocations = [] } = await systemsManager.send(new ListCommandInvocationsCommand({ Details: true }));
    const own = CommandInvocations.filter(({ CommandPlugins: [plugin] = [] }) =>
      plugin?.Output?.includes(nameOf(byHand)),
    ).map(({ DocumentName, InstanceId, Status }) => `${DocumentName} ${InstanceId} ${Status}`);
    const steps = ['stop-data-ingestion', 'clear-corrupted-cache', 'restore-previous-version', 'resume-operations'];
    // The restoring script runs twice: before it restores, all hosts are asked which commit its tag names.
    const expected = [...steps, 'restore-previous-version'].flatMap((document) => [
      `rollback-local-${document} i-00000000000000001 Success`,
      `rollback-local-${document} i-00000000000000002 Success`,
    ]);
    expect(own.filter((one) => steps.some((step) => one.includes(step))).toSorted()).toEqual(expected.toSorted());
  });
});

describe('a real client of', () => {
  test('CloudWatch publishes many metrics, compressed, and reads them back', async () => {
    const cloudWatch = new CloudWatchClient(config);
    const MetricData = Array.from({ length: 500 }, (_, i) => ({ MetricName: 'Many', Value: i }));
    const now = Date.now();
    await cloudWatch.send(new PutMetricDataCommand({ Namespace: 'Test', MetricData }));
    const { Datapoints = [] } = await cloudWatch.send(
      new GetMetricStatisticsCommand({
        Namespace: 'Test',
        MetricName: 'Many',
        StartTime: new Date(now - 120_000),
        EndTime: new Date(now + 120_000),
        Period: 300,
        Statistics: ['SampleCount'],
      }),
    );
    expect(Datapoints.reduce((sum, { SampleCount = 0 }) => sum + SampleCount, 0)).toBe(500);
  });

  test('CloudWatch finds the template’s alarms, and none is red because of missing earlier data', async () => {
    const { MetricAlarms = [] } = await new CloudWatchClient(config).send(
      new DescribeAlarmsCommand({ AlarmNamePrefix: 'rollback-local-phase-1-' }),
    );
    expect(MetricAlarms).toHaveLength(8);
    expect(MetricAlarms.filter(({ StateValue }) => StateValue === 'ALARM')).toEqual([]);
  });

  test('EventBridge finds the template’s rules', async () => {
    const { Rules = [] } = await new EventBridgeClient(config).send(new ListRulesCommand({}));
    expect(Rules.map(({ Name }) => Name).toSorted()).toEqual([
      'rollback-local-breaker-order_gateway',
      'rollback-local-ended',
      'rollback-local-every-deployment',
      'rollback-local-every-five-minutes',
      'rollback-local-every-hour',
      'rollback-local-every-minute',
      'rollback-local-every-quarter',
      'rollback-local-every-quarter-hour',
      'rollback-local-every-six-hours',
      'rollback-local-every-two-minutes',
      'rollback-local-failed',
      ...[1, 2, 3, 4].flatMap((phase) => [`rollback-local-phase-${phase}-blind`, `rollback-local-phase-${phase}-red`]),
      'rollback-local-readiness-daily',
      'rollback-local-readiness-light',
      'rollback-local-readiness-prepared',
      'rollback-local-started',
      'rollback-local-transitions',
      'rollback-local-untold-halts',
    ]);
  });

  test('SNS publishes to the template’s topic, and the account shows the message', async () => {
    const TopicArn = 'arn:aws:sns:us-east-1:000000000000:rollback-local-operators';
    await new SNSClient(config).send(new PublishCommand({ TopicArn, Subject: 'A test', Message: 'of SNS' }));
    const messages = await (await fetch(`${account.endpoint}/_account/messages`)).json();
    expect(messages).toContainEqual(expect.objectContaining({ subject: 'A test', message: 'of SNS' }));
  });

  test('SQS finds the template’s queue empty', async () => {
    const sqs = new SQSClient(config);
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'rollback-local-dead-letters' }));
    expect(await sqs.send(new ReceiveMessageCommand({ QueueUrl }))).not.toHaveProperty('Messages');
  });

  test('AppConfig finds both layers of flags', async () => {
    const appConfig = new AppConfigClient(config);
    const { Items: [application] = [] } = await appConfig.send(new ListApplicationsCommand({}));
    const { Items = [] } = await appConfig.send(new ListEnvironmentsCommand({ ApplicationId: application?.Id }));
    expect(Items.map(({ Name }) => Name).toSorted()).toEqual(['local', 'local-safety']);
  });
});
