import {
  CreateHostedConfigurationVersionCommand,
  ListDeploymentsCommand,
  StartDeploymentCommand,
} from '@aws-sdk/client-appconfig';
import { DescribeAlarmsCommand, PutMetricDataCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  PutEventsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  DescribeExecutionCommand,
  DescribeStateMachineForExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { ListSubscriptionsByTopicCommand, PublishCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { DeleteMessageCommand, GetQueueAttributesCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { CancelCommandCommand, GetDocumentCommand, ListCommandsCommand, SendCommandCommand } from '@aws-sdk/client-ssm';
import type { Account } from 'embedded-aws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sharedAssembly } from '../../shared-assembly.ts';
import { simulatedAccount } from '../../simulated-account.ts';
import { type Clients, clientsOf, safetyLayer } from './clients.ts';
import { arn, execution, machine, type Person, people, readers } from './policy.ts';

let account: Account;
let layer: Awaited<ReturnType<typeof safetyLayer>>;
beforeAll(async () => {
  account = await simulatedAccount(await sharedAssembly());
  layer = await safetyLayer(clientsOf(account.endpoint, 'owner'));
}, 240_000);
afterAll(() => account.close());

const key = (pk: string, sk: string) => ({ pk: { S: pk }, sk: { S: sk } });
const anEvent = key('EVENT#some', '00000001');
const aLink = key('CHAIN#2026-03', '00000001');
const lock = key('FLEET#trading', 'LOCK');
const [history, state] = [{ TableName: 'rollback-local-history' }, { TableName: 'rollback-local-state' }];
const topic = arn('sns', 'rollback-local-operators');
const queue = () => ({ QueueUrl: `${account.endpoint}/000000000000/rollback-local-dead-letters` });

/** Calls, with the people who may make them. No one else may. */
const calls: readonly [string, readonly Person[], (clients: Clients) => Promise<unknown>][] = [
  ['start phase 1', ['operator'], ({ states }) => states.send(start('phase-1', { mode: 'plan' }))],
  ['answer a question', ['operator', 'approver'], ({ states }) => states.send(start('decide', {}))],
  ['check every host', ['operator'], ({ states }) => states.send(start('look', {}))],
  ['annotate a rollback', ['operator', 'approver'], ({ states }) => states.send(start('annotate', {}))],
  ['review a rollback', ['operator', 'approver'], ({ states }) => states.send(start('review', {}))],
  ['set the brakes', ['operator'], ({ states }) => states.send(start('brakes', {}))],
  ['set a flag', ['operator'], ({ states }) => states.send(start('change-flag', {}))],
  ['release the fleet', ['operator'], ({ states }) => states.send(start('release', {}))],
  ['check readiness', ['operator', 'deployer'], ({ states }) => states.send(start('check-readiness', {}))],
  ['confirm the contacts', ['operator'], ({ states }) => states.send(start('confirm-contacts', {}))],
  ['prepare a deployment', ['deployer'], ({ states }) => states.send(start('prepare-deployment', {}))],
  [
    "read the hosts' reports on a preparation",
    ['operator', 'approver', 'auditor', 'deployer', 'restorer'],
    ({ db }) => db.send(query('HOST#prepare_a')),
  ],
  [
    "read the hosts' reports on a rollback",
    ['operator', 'approver', 'auditor', 'restorer'],
    ({ db }) => db.send(query('HOST#r-1')),
  ],
  ['record a deployment', ['deployer'], ({ states }) => states.send(start('record-deployment', {}))],
  [
    'stop a rollback',
    ['operator'],
    ({ states }) => states.send(new StopExecutionCommand({ executionArn: execution('phase-1') })),
  ],
  [
    'stop the recording of a deployment',
    [],
    ({ states }) => states.send(new StopExecutionCommand({ executionArn: execution('record-deployment') })),
  ],
  [
    'see how a rollback ended',
    readers,
    ({ states }) => states.send(new DescribeExecutionCommand({ executionArn: execution('phase-1') })),
  ],
  [
    'see whether a deployment was recorded',
    people,
    ({ states }) => states.send(new DescribeExecutionCommand({ executionArn: execution('record-deployment') })),
  ],
  [
    'read every step of a rollback',
    readers,
    ({ states }) => states.send(new GetExecutionHistoryCommand({ executionArn: execution('phase-1') })),
  ],
  [
    'read the definition that an execution ran',
    readers,
    ({ states }) => states.send(new DescribeStateMachineForExecutionCommand({ executionArn: execution('phase-1') })),
  ],
  ['list the machines', readers, ({ states }) => states.send(new ListStateMachinesCommand({}))],
  [
    'list the rollbacks of a phase',
    readers,
    ({ states }) => states.send(new ListExecutionsCommand({ stateMachineArn: machine('phase-1') })),
  ],
  [
    'answer a question with its task token',
    [],
    ({ states }) => states.send(new SendTaskSuccessCommand({ taskToken: 'x', output: '{}' })),
  ],
  ['fail a task by its token', [], ({ states }) => states.send(new SendTaskFailureCommand({ taskToken: 'x' }))],
  ['keep a task alive by its token', [], ({ states }) => states.send(new SendTaskHeartbeatCommand({ taskToken: 'x' }))],

  [
    'read a record',
    readers,
    ({ db }) => db.send(new GetItemCommand({ ...history, Key: key('RECORD#some', 'RECORD') })),
  ],
  ["read a rollback's events", readers, ({ db }) => db.send(query('EVENT#some'))],
  [
    'find rollbacks by an index',
    readers,
    ({ db }) =>
      db.send(
        new QueryCommand({
          ...history,
          IndexName: 'by-operator',
          KeyConditionExpression: 'by_operator = :operator',
          ExpressionAttributeValues: { ':operator': { S: 'ana' } },
        }),
      ),
  ],
  ['read the links of a month', readers, ({ db }) => db.send(query('CHAIN#2026-11'))],
  ['delete a link', [], ({ db }) => db.send(new DeleteItemCommand({ ...history, Key: aLink }))],
  ['see who holds the fleet', readers, ({ db }) => db.send(new GetItemCommand({ ...state, Key: lock }))],
  ['read the whole history table', ['auditor'], ({ db }) => db.send(new ScanCommand(history))],
  ['add an event', [], ({ db }) => db.send(new PutItemCommand({ ...history, Item: anEvent }))],
  ['delete an event', [], ({ db }) => db.send(new DeleteItemCommand({ ...history, Key: anEvent }))],
  [
    'change an event',
    [],
    ({ db }) => db.send(new UpdateItemCommand({ ...history, Key: anEvent, UpdateExpression: 'REMOVE detail' })),
  ],
  [
    "rewrite a host's verdict",
    [],
    ({ db }) => {
      const Item = key('HOST#some', 'resume-operations#i-00000000000000001');
      return db.send(
        new BatchWriteItemCommand({ RequestItems: { 'rollback-local-history': [{ PutRequest: { Item } }] } }),
      );
    },
  ],
  ['free the fleet by deleting its lock', [], ({ db }) => db.send(new DeleteItemCommand({ ...state, Key: lock }))],
  ['lock the fleet by writing its lock', [], ({ db }) => db.send(new PutItemCommand({ ...state, Item: lock }))],

  ["send a step's command", [], ({ ssm }) => ssm.send(command('rollback-local-restore-previous-version'))],
  ['restore from quarantine', ['restorer'], ({ ssm }) => ssm.send(command('rollback-local-restore'))],
  ['run a shell script on a host', [], ({ ssm }) => ssm.send(command('AWS-RunShellScript'))],
  ['cancel a command', [], ({ ssm }) => ssm.send(new CancelCommandCommand({ CommandId: id }))],
  ['see the commands of all senders', ['operator', 'restorer'], ({ ssm }) => ssm.send(new ListCommandsCommand({}))],
  ['read a deployed script', readers, ({ ssm }) => ssm.send(new GetDocumentCommand({ Name: 'rollback-local-health' }))],

  [
    'see which alarms are red',
    readers,
    ({ cloudWatch }) => cloudWatch.send(new DescribeAlarmsCommand({ AlarmNamePrefix: 'rollback-local-' })),
  ],
  [
    'turn an alarm red',
    [],
    ({ cloudWatch }) =>
      cloudWatch.send(
        new SetAlarmStateCommand({
          AlarmName: 'rollback-local-phase-1-security_issue',
          StateValue: 'ALARM',
          StateReason: 'forged',
        }),
      ),
  ],
  [
    "publish a host's metric",
    [],
    ({ cloudWatch }) =>
      cloudWatch.send(
        new PutMetricDataCommand({ Namespace: 'Rollback/Trading', MetricData: [{ MetricName: 'X', Value: 1 }] }),
      ),
  ],
  [
    "forge an alarm's event",
    [],
    ({ events }) => events.send(new PutEventsCommand({ Entries: [{ Source: 'x', DetailType: 'y', Detail: '{}' }] })),
  ],
  [
    'stop alarms from starting a phase',
    ['operator'],
    ({ events }) => events.send(new DisableRuleCommand({ Name: 'rollback-local-phase-1-red' })),
  ],
  [
    'let alarms start a phase again',
    ['operator'],
    ({ events }) => events.send(new EnableRuleCommand({ Name: 'rollback-local-phase-1-red' })),
  ],
  [
    'disable the rule that runs Reconcile',
    [],
    ({ events }) => events.send(new DisableRuleCommand({ Name: 'rollback-local-every-minute' })),
  ],
  [
    'read what a rule does',
    ['auditor'],
    ({ events }) => events.send(new DescribeRuleCommand({ Name: 'rollback-local-phase-1-red' })),
  ],

  ['see which flags were flipped', readers, ({ appConfig }) => appConfig.send(new ListDeploymentsCommand(layer))],
  [
    'write a flag',
    [],
    ({ appConfig }) =>
      appConfig.send(
        new CreateHostedConfigurationVersionCommand({
          ...layer,
          Content: Buffer.from('{}'),
          ContentType: 'application/json',
        }),
      ),
  ],
  [
    'flip a flag',
    [],
    ({ appConfig }) =>
      appConfig.send(
        new StartDeploymentCommand({ ...layer, DeploymentStrategyId: 'abcd123', ConfigurationVersion: '1' }),
      ),
  ],

  ['read the dead letters', ['operator'], ({ sqs }) => sqs.send(new ReceiveMessageCommand(queue()))],
  [
    'clear a dead letter',
    ['operator'],
    ({ sqs }) => sqs.send(new DeleteMessageCommand({ ...queue(), ReceiptHandle: 'none' })),
  ],
  [
    'count the dead letters',
    ['operator', 'auditor'],
    ({ sqs }) => sqs.send(new GetQueueAttributesCommand({ ...queue(), AttributeNames: ['All'] })),
  ],
  [
    'send a message in the product’s name',
    [],
    ({ sns }) => sns.send(new PublishCommand({ TopicArn: topic, Message: 'x' })),
  ],
  [
    'subscribe to the messages',
    [],
    ({ sns }) => sns.send(new SubscribeCommand({ TopicArn: topic, Protocol: 'email', Endpoint: 'a@example.com' })),
  ],
  [
    'see the subscribers of the messages',
    ['auditor'],
    ({ sns }) => sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topic })),
  ],
];

const id = '00000000-0000-0000-0000-000000000000';
const start = (name: string, input: object) =>
  new StartExecutionCommand({ stateMachineArn: machine(name), input: JSON.stringify(input) });
const query = (pk: string) =>
  new QueryCommand({
    ...history,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: pk } },
  });
const command = (DocumentName: string) =>
  new SendCommandCommand({ DocumentName, InstanceIds: ['i-00000000000000001'] });

const rows = people.flatMap((person) =>
  calls.map(([what, who, call]) => ({ person, may: who.includes(person) ? 'may' : 'may not', what, call })),
);

/** Returns whether IAM allowed a call. Errors of the service after that count as allowed. */
async function decisionOf(call: () => Promise<unknown>): Promise<'allowed' | 'denied'> {
  try {
    await call();
    return 'allowed';
  } catch (error) {
    const { name } = error as Error;
    if (/^(KMSAccessDenied|AccessDenied|AuthorizationError)/.test(name)) return 'denied'; // the last is SNS's
    if (/^(ExecutionDoesNotExist|ReceiptHandleIsInvalid|InvalidParameter)/.test(name)) return 'allowed';
    throw error;
  }
}

describe('with real clients of the embedded account', () => {
  test.each(rows)('the $person $may $what', async ({ person, may, call }) => {
    const found = await decisionOf(() => call(clientsOf(account.endpoint, `rollback-local-${person}`)));
    expect(found).toBe(may === 'may' ? 'allowed' : 'denied');
  });
});
