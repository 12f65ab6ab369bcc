import {
  AppConfigClient,
  CreateHostedConfigurationVersionCommand,
  ListApplicationsCommand,
  ListConfigurationProfilesCommand,
  ListDeploymentsCommand,
  ListEnvironmentsCommand,
  StartDeploymentCommand,
} from '@aws-sdk/client-appconfig';
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeRuleCommand,
  DisableRuleCommand,
  EventBridgeClient,
  PutEventsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { ListSubscriptionsByTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { DeleteMessageCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import {
  CancelCommandCommand,
  GetDocumentCommand,
  ListCommandsCommand,
  SendCommandCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Account } from '../../local/account.ts';
import { evaluate } from '../../local/iam/evaluate.ts';
import { parsePolicy } from '../../local/iam/policy.ts';
import { openedAccount } from '../opened-account.ts';
import { type Statement, synthesize } from './synthesized.ts';

let synthesis: Awaited<ReturnType<typeof synthesize>>;
let account: Account;
/** The AppConfig ids of the safety layer. */
let layer: { ApplicationId: string; EnvironmentId: string; ConfigurationProfileId: string };
beforeAll(async () => {
  synthesis = await synthesize();
  account = await openedAccount(synthesis.assembly);
  layer = await safetyLayer();
}, 240_000);
afterAll(async () => {
  await account.close();
  synthesis.remove();
});

const arn = (service: string, name: string) => `arn:aws:${service}:us-east-1:000000000000:${name}`;
const machine = (name: string) => arn('states', `stateMachine:rollback-local-${name}`);
const execution = (name: string) => arn('states', `execution:rollback-local-${name}:some`);
const key = (pk: string, sk: string) => ({ pk: { S: pk }, sk: { S: sk } });
const anEvent = key('EVENT#some', '00000001');
const lock = key('FLEET#trading', 'LOCK');
const [history, state] = [{ TableName: 'rollback-local-history' }, { TableName: 'rollback-local-state' }];
const topic = arn('sns', 'rollback-local-operators');
const queue = () => ({ QueueUrl: `${account.endpoint}/000000000000/rollback-local-dead-letters` });

/** Signs with a managed policy's name: the account takes it for a person who holds that policy and no other. */
const clients = (accessKeyId: string) => {
  const config = {
    region: 'us-east-1',
    endpoint: account.endpoint,
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey: 'x' },
  };
  return {
    states: new SFNClient(config),
    db: new DynamoDBClient(config),
    ssm: new SSMClient(config),
    cloudWatch: new CloudWatchClient(config),
    events: new EventBridgeClient(config),
    appConfig: new AppConfigClient(config),
    sns: new SNSClient(config),
    sqs: new SQSClient(config),
  };
};
type Clients = ReturnType<typeof clients>;

async function safetyLayer() {
  const { appConfig } = clients('owner');
  const { Items: [application] = [] } = await appConfig.send(new ListApplicationsCommand({}));
  const ApplicationId = application?.Id ?? '';
  const { Items: environments = [] } = await appConfig.send(new ListEnvironmentsCommand({ ApplicationId }));
  const { Items: profiles = [] } = await appConfig.send(new ListConfigurationProfilesCommand({ ApplicationId }));
  return {
    ApplicationId,
    EnvironmentId: environments.find(({ Name }) => Name === 'local-safety')?.Id ?? '',
    ConfigurationProfileId: profiles.find(({ Name }) => Name === 'overrides')?.Id ?? '',
  };
}

const people = ['operator', 'approver', 'auditor', 'deployer', 'restorer'] as const;
/** Those who follow rollbacks and read them afterwards. */
const readers = ['operator', 'approver', 'auditor', 'restorer'] as const;
type Person = (typeof people)[number];
/** What a call came to for somebody: it passed IAM, whatever the service then made of it, or it did not. */
async function comesTo(call: () => Promise<unknown>): Promise<'allowed' | 'denied'> {
  try {
    await call();
    return 'allowed';
  } catch (error) {
    const { name } = error as Error;
    if (/^(AccessDenied|AuthorizationError)/.test(name)) return 'denied'; // the latter is SNS's
    if (/^(ExecutionDoesNotExist|ReceiptHandleIsInvalid|InvalidParameter)/.test(name)) return 'allowed';
    throw error;
  }
}

/** Who may; everybody else may not. */
const calls: readonly [string, readonly Person[], (clients: Clients) => Promise<unknown>][] = [
  ['start phase 1', ['operator'], ({ states }) => states.send(start('phase-1', { mode: 'plan' }))],
  ['answer a question', ['approver'], ({ states }) => states.send(start('decide', {}))],
  ['look at every host', ['operator'], ({ states }) => states.send(start('look', {}))],
  ['release the fleet', ['operator'], ({ states }) => states.send(start('release', {}))],
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
    "read a rollback's every step",
    readers,
    ({ states }) => states.send(new GetExecutionHistoryCommand({ executionArn: execution('phase-1') })),
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
  ['bring back from quarantine', ['restorer'], ({ ssm }) => ssm.send(command('rollback-local-restore'))],
  ['run a shell script on a host', [], ({ ssm }) => ssm.send(command('AWS-RunShellScript'))],
  ['cancel a command', [], ({ ssm }) => ssm.send(new CancelCommandCommand({ CommandId: id }))],
  ['see commands, whoever sent them', ['operator', 'restorer'], ({ ssm }) => ssm.send(new ListCommandsCommand({}))],
  [
    'read a script as it is deployed',
    readers,
    ({ ssm }) => ssm.send(new GetDocumentCommand({ Name: 'rollback-local-health' })),
  ],

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
  ['disable a rule', [], ({ events }) => events.send(new DisableRuleCommand({ Name: 'rollback-local-phase-1-red' }))],
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
  ['send a message in our name', [], ({ sns }) => sns.send(new PublishCommand({ TopicArn: topic, Message: 'x' }))],
  [
    'subscribe to the messages',
    [],
    ({ sns }) => sns.send(new SubscribeCommand({ TopicArn: topic, Protocol: 'email', Endpoint: 'a@example.com' })),
  ],
  [
    'see who gets the messages',
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

describe('with real clients of the embedded account', () => {
  test.each(rows)('the $person $may $what', async ({ person, may, call }) => {
    const found = await comesTo(() => call(clients(`rollback-local-${person}`)));
    expect(found).toBe(may === 'may' ? 'allowed' : 'denied');
  });
});

/** Actions the embedded account has no API for, judged by the same rules. */
const judged: readonly [string, readonly Person[], string, string][] = [
  [
    'change the code of a function',
    [],
    'lambda:UpdateFunctionCode',
    arn('lambda', 'function:rollback-local-reconcile'),
  ],
  [
    'read the code of a function',
    ['auditor'],
    'lambda:GetFunction',
    arn('lambda', 'function:rollback-local-reconcile'),
  ],
  [
    'have Reconcile look around',
    ['operator'],
    'lambda:InvokeFunction',
    arn('lambda', 'function:rollback-local-reconcile'),
  ],
  [
    'call the function that sends commands',
    [],
    'lambda:InvokeFunction',
    arn('lambda', 'function:rollback-local-run-on-hosts:1'),
  ],
  ['change what a machine does', [], 'states:UpdateStateMachine', machine('phase-1')],
  ['redrive a rollback', [], 'states:RedriveExecution', execution('phase-1')],
  ['change a script', [], 'ssm:UpdateDocument', arn('ssm', 'document/rollback-local-health')],
  ['open a shell on a host', [], 'ssm:StartSession', arn('ec2', 'instance/i-00000000000000001')],
  ['add a host to the fleet', [], 'ec2:CreateTags', arn('ec2', 'instance/i-00000000000000001')],
  ['delete the history', [], 'dynamodb:DeleteTable', 'rollback-local-history'],
  ['let time delete the history', [], 'dynamodb:UpdateTimeToLive', 'rollback-local-history'],
  ['read a parameter, which may be a secret', [], 'ssm:GetParameter', arn('ssm', 'parameter/password')],
  ['read a secret', [], 'secretsmanager:GetSecretValue', arn('secretsmanager', 'secret:password')],
  ['give a role to a service', [], 'iam:PassRole', 'arn:aws:iam::000000000000:role/rollback-local-TasksRunOnHosts'],
  ['read what a role may do', ['auditor'], 'iam:GetRolePolicy', 'arn:aws:iam::000000000000:role/rollback-local-Tasks'],
  ['see who really started a rollback', ['auditor'], 'cloudtrail:LookupEvents', '*'],
  [
    "read a machine's log",
    readers,
    'logs:GetLogEvents',
    arn('logs', 'log-group:/aws/vendedlogs/states/rollback-local-phase-1:log-stream:a'),
  ],
  ['read logs of others', [], 'logs:GetLogEvents', arn('logs', 'log-group:/aws/lambda/payroll:log-stream:a')],
  ['read the template', ['auditor'], 'cloudformation:GetTemplate', arn('cloudformation', 'stack/rollback-local/1')],
];

const policyOf = (person: Person) => {
  const stack = synthesis.stack();
  const { Statement } = stack
    .ofType('AWS::IAM::ManagedPolicy')
    .filter(({ Properties }) => Properties['ManagedPolicyName'] === `rollback-local-${person}`)
    .map(({ Properties }) => Properties['PolicyDocument'] as { Statement: Statement[] })
    .reduce((only) => only);
  const shown = (resources: unknown) => [resources].flat().map(stack.shown);
  return parsePolicy(person, {
    Statement: Statement.map(({ NotResource, ...one }) =>
      NotResource ? { ...one, NotResource: shown(NotResource) } : { ...one, Resource: shown(one.Resource) },
    ),
  });
};

describe('by the same rules', () => {
  test.each(
    people.flatMap((person) =>
      judged.map(([what, who, action, resource]) => ({
        person,
        may: who.includes(person) ? 'may' : 'may not',
        what,
        need: { action, resource },
      })),
    ),
  )('the $person $may $what', ({ person, may, need }) => {
    expect(evaluate([policyOf(person)], need).decision === 'allowed' ? 'may' : 'may not').toBe(may);
  });

  test.each(people)(
    'the %s is denied what nobody does by hand even beside a policy that allows everything',
    (person) => {
      const everything = parsePolicy('everything', { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } });
      const decide = (action: string, resource: string) =>
        evaluate([everything, policyOf(person)], { action, resource }).decision;
      expect([
        decide('states:SendTaskSuccess', '*'),
        decide('dynamodb:DeleteItem', 'rollback-local-history'),
        decide('dynamodb:PutItem', 'rollback-local-state'),
        decide('lambda:InvokeFunction', arn('lambda', 'function:rollback-local-run-on-hosts:4')),
        decide('ssm:SendCommand', arn('ssm', 'document/rollback-local-health')),
      ]).toEqual(Array.from({ length: 5 }, () => 'explicitDeny'));
    },
  );
});

describe('all that a policy denies, so that nothing is left out unseen:', () => {
  const denied = (person: Person) =>
    Object.fromEntries(
      policyOf(person)
        .statements.filter(({ Effect }) => Effect === 'Deny')
        .map(({ Sid, Action = [] }) => [Sid, Action.join(' ')]),
    );
  const tasks = 'states:SendTaskSuccess states:SendTaskFailure states:SendTaskHeartbeat';
  const items = 'PutItem UpdateItem DeleteItem BatchWriteItem PartiQLInsert PartiQLUpdate PartiQLDelete';
  const tables = 'DeleteTable UpdateTable UpdateTimeToLive UpdateContinuousBackups';
  const of = (service: string, names: string) => names.replaceAll(/\w+/g, (name) => `${service}:${name}`);
  const byHand = {
    TokensAreNobodysOwn: tasks,
    TablesAreWrittenByFunctions: of('dynamodb', `${items} ${tables}`),
    FunctionsTrustTheirMachine: of('lambda', 'InvokeFunction InvokeAsync InvokeFunctionUrl'),
    CommandsComeFromRollbacks: of(
      'ssm',
      'SendCommand CreateAssociation CreateAssociationBatch UpdateAssociation UpdateDocument',
    ),
  };

  test.each(['operator', 'approver', 'deployer'] as const)('the %s’s', (person) => {
    expect(denied(person)).toEqual(byHand);
  });

  test('the auditor’s', () => {
    expect(denied('auditor')).toEqual({
      ...byHand,
      NoSecrets: [
        of('ssm', 'ListCommands ListCommandInvocations GetCommandInvocation'),
        of('secretsmanager', 'GetSecretValue BatchGetSecretValue'),
        of('ssm', 'GetParameter GetParameters GetParametersByPath GetParameterHistory'),
        'states:RevealSecrets',
      ].join(' '),
    });
  });

  test('the restorer’s', () => {
    expect(denied('restorer')).toEqual({
      ...byHand,
      CommandsComeFromRollbacks: byHand.CommandsComeFromRollbacks.replace('ssm:SendCommand ', ''),
      NoOtherCommand: 'ssm:SendCommand',
    });
  });
});

describe('the approver', () => {
  const starts = (name: string) =>
    evaluate([policyOf('approver')], { action: 'states:StartExecution', resource: machine(name) }).decision;

  test('starts the machine that takes answers', () => {
    expect(starts('decide')).toBe('allowed');
  });

  test.each(['phase-1', 'phase-4', 'release', 'look', 'record-deployment', 'decide-more'])(
    'does not start %s',
    (name) => {
      expect(starts(name)).not.toBe('allowed');
    },
  );

  test('stops nothing', () => {
    for (const name of ['phase-1', 'decide'])
      expect(
        evaluate([policyOf('approver')], { action: 'states:StopExecution', resource: execution(name) }).decision,
      ).not.toBe('allowed');
  });
});

describe('the restorer, in an emergency role,', () => {
  const sends = (resource: string, keys: Record<string, string> = {}) =>
    evaluate([policyOf('restorer')], { action: 'ssm:SendCommand', resource, keys }).decision;
  const host = arn('ec2', 'instance/i-00000000000000001');

  test('sends to hosts of the fleet only', () => {
    expect(sends(host, { 'ssm:resourceTag/rollback-fleet': 'trading' })).toBe('allowed');
    expect(sends(host, { 'ssm:resourceTag/rollback-fleet': 'payroll' })).not.toBe('allowed');
    expect(sends(host)).not.toBe('allowed');
  });

  test('sends no other document, whatever else the role holds', () => {
    expect([
      sends(arn('ssm', 'document/rollback-local-restore')),
      sends(arn('ssm', 'document/rollback-local-restore-previous-version')),
      sends('arn:aws:ssm:us-east-1::document/AWS-RunShellScript'),
    ]).toEqual(['allowed', 'explicitDeny', 'explicitDeny']);
  });
});

describe('all that a policy allows, so that nothing is added unseen', () => {
  const allowed = (part: string) => {
    const { Properties } = synthesis
      .stack()
      .ofType('AWS::IAM::ManagedPolicy')
      .find((one) => one.Properties['ManagedPolicyName'] === `rollback-local-${part}`) ?? {
      Properties: {} as Record<string, unknown>,
    };
    const { Statement } = Properties['PolicyDocument'] as { Statement: Statement[] };
    return [
      ...new Set(Statement.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) => Action)),
    ].toSorted();
  };

  test.each<[string, string[]]>([
    [
      'operator',
      [
        'appconfig:GetDeployment',
        'appconfig:GetHostedConfigurationVersion',
        'appconfig:ListApplications',
        'appconfig:ListConfigurationProfiles',
        'appconfig:ListDeployments',
        'appconfig:ListEnvironments',
        'appconfig:ListHostedConfigurationVersions',
        'cloudwatch:DescribeAlarmHistory',
        'cloudwatch:DescribeAlarms',
        'cloudwatch:GetMetricData',
        'cloudwatch:GetMetricStatistics',
        'cloudwatch:ListMetrics',
        'dynamodb:BatchGetItem',
        'dynamodb:DescribeTable',
        'dynamodb:GetItem',
        'dynamodb:Query',
        'events:ListRules',
        'lambda:InvokeFunction',
        'logs:DescribeLogGroups',
        'logs:DescribeLogStreams',
        'logs:FilterLogEvents',
        'logs:GetLogEvents',
        'logs:GetQueryResults',
        'logs:StartQuery',
        'sns:ListTopics',
        'sqs:DeleteMessage',
        'sqs:GetQueueAttributes',
        'sqs:GetQueueUrl',
        'sqs:ListQueues',
        'sqs:ReceiveMessage',
        'ssm:DescribeDocument',
        'ssm:DescribeInstanceInformation',
        'ssm:GetCommandInvocation',
        'ssm:GetDocument',
        'ssm:ListCommandInvocations',
        'ssm:ListCommands',
        'states:DescribeExecution',
        'states:DescribeStateMachine',
        'states:DescribeStateMachineForExecution',
        'states:GetExecutionHistory',
        'states:ListExecutions',
        'states:ListStateMachines',
        'states:StartExecution',
        'states:StopExecution',
      ],
    ],
    [
      'approver',
      [
        'appconfig:GetDeployment',
        'appconfig:GetHostedConfigurationVersion',
        'appconfig:ListApplications',
        'appconfig:ListConfigurationProfiles',
        'appconfig:ListDeployments',
        'appconfig:ListEnvironments',
        'appconfig:ListHostedConfigurationVersions',
        'cloudwatch:DescribeAlarmHistory',
        'cloudwatch:DescribeAlarms',
        'cloudwatch:GetMetricData',
        'cloudwatch:GetMetricStatistics',
        'cloudwatch:ListMetrics',
        'dynamodb:BatchGetItem',
        'dynamodb:DescribeTable',
        'dynamodb:GetItem',
        'dynamodb:Query',
        'events:ListRules',
        'logs:DescribeLogGroups',
        'logs:DescribeLogStreams',
        'logs:FilterLogEvents',
        'logs:GetLogEvents',
        'logs:GetQueryResults',
        'logs:StartQuery',
        'sns:ListTopics',
        'sqs:ListQueues',
        'ssm:DescribeDocument',
        'ssm:DescribeInstanceInformation',
        'ssm:GetDocument',
        'states:DescribeExecution',
        'states:DescribeStateMachine',
        'states:DescribeStateMachineForExecution',
        'states:GetExecutionHistory',
        'states:ListExecutions',
        'states:ListStateMachines',
        'states:StartExecution',
      ],
    ],
    [
      'auditor',
      [
        'appconfig:GetDeployment',
        'appconfig:GetHostedConfigurationVersion',
        'appconfig:ListApplications',
        'appconfig:ListConfigurationProfiles',
        'appconfig:ListDeployments',
        'appconfig:ListEnvironments',
        'appconfig:ListHostedConfigurationVersions',
        'cloudformation:DescribeStackEvents',
        'cloudformation:DescribeStacks',
        'cloudformation:GetTemplate',
        'cloudformation:ListStackResources',
        'cloudtrail:LookupEvents',
        'cloudwatch:DescribeAlarmHistory',
        'cloudwatch:DescribeAlarms',
        'cloudwatch:GetMetricData',
        'cloudwatch:GetMetricStatistics',
        'cloudwatch:ListMetrics',
        'dynamodb:BatchGetItem',
        'dynamodb:DescribeTable',
        'dynamodb:GetItem',
        'dynamodb:Query',
        'dynamodb:Scan',
        'events:DescribeRule',
        'events:ListRules',
        'events:ListTargetsByRule',
        'iam:GetPolicy',
        'iam:GetPolicyVersion',
        'iam:GetRole',
        'iam:GetRolePolicy',
        'iam:ListAttachedRolePolicies',
        'iam:ListRolePolicies',
        'lambda:GetFunction',
        'lambda:GetFunctionConfiguration',
        'lambda:GetPolicy',
        'lambda:ListVersionsByFunction',
        'logs:DescribeLogGroups',
        'logs:DescribeLogStreams',
        'logs:FilterLogEvents',
        'logs:GetLogEvents',
        'logs:GetQueryResults',
        'logs:StartQuery',
        'sns:GetTopicAttributes',
        'sns:ListSubscriptionsByTopic',
        'sns:ListTopics',
        'sqs:GetQueueAttributes',
        'sqs:GetQueueUrl',
        'sqs:ListQueues',
        'ssm:DescribeDocument',
        'ssm:DescribeInstanceInformation',
        'ssm:GetDocument',
        'states:DescribeExecution',
        'states:DescribeStateMachine',
        'states:DescribeStateMachineForExecution',
        'states:GetExecutionHistory',
        'states:ListExecutions',
        'states:ListStateMachines',
      ],
    ],
    [
      'restorer',
      [
        'appconfig:GetDeployment',
        'appconfig:GetHostedConfigurationVersion',
        'appconfig:ListApplications',
        'appconfig:ListConfigurationProfiles',
        'appconfig:ListDeployments',
        'appconfig:ListEnvironments',
        'appconfig:ListHostedConfigurationVersions',
        'cloudwatch:DescribeAlarmHistory',
        'cloudwatch:DescribeAlarms',
        'cloudwatch:GetMetricData',
        'cloudwatch:GetMetricStatistics',
        'cloudwatch:ListMetrics',
        'dynamodb:BatchGetItem',
        'dynamodb:DescribeTable',
        'dynamodb:GetItem',
        'dynamodb:Query',
        'events:ListRules',
        'logs:DescribeLogGroups',
        'logs:DescribeLogStreams',
        'logs:FilterLogEvents',
        'logs:GetLogEvents',
        'logs:GetQueryResults',
        'logs:StartQuery',
        'sns:ListTopics',
        'sqs:ListQueues',
        'ssm:DescribeDocument',
        'ssm:DescribeInstanceInformation',
        'ssm:GetCommandInvocation',
        'ssm:GetDocument',
        'ssm:ListCommandInvocations',
        'ssm:ListCommands',
        'ssm:SendCommand',
        'states:DescribeExecution',
        'states:DescribeStateMachine',
        'states:DescribeStateMachineForExecution',
        'states:GetExecutionHistory',
        'states:ListExecutions',
        'states:ListStateMachines',
      ],
    ],
    ['deployer', ['states:DescribeExecution', 'states:GetExecutionHistory', 'states:StartExecution']],
  ])('%s', (part, actions) => {
    expect(allowed(part)).toEqual(actions);
  });
});
