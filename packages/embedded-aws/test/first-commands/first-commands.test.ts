import { CloudWatchClient, ListMetricsCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { ListSubscriptionsCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { ListDocumentsCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FirstAccount, firstAccount } from './first-account.ts';

const ALERTS = 'arn:aws:sns:eu-west-1:000000000000:alerts';

let account: FirstAccount;
beforeAll(async () => {
  account = await firstAccount();
});
afterAll(() => account.close());

const settings = (accessKeyId = 'ana') => ({
  endpoint: account.endpoint,
  region: 'eu-west-1',
  credentials: { accessKeyId, secretAccessKey: 'unused' },
  maxAttempts: 1,
});
const json = async (request: Parameters<FirstAccount['ask']>[0]) => JSON.parse((await account.ask(request)).text);

describe('aws sts get-caller-identity', () => {
  test.each([
    ['ana', 'arn:aws:iam::000000000000:user/ana', /^AIDA[0-9A-Z]{17}$/],
    ['ana@reader', 'arn:aws:sts::000000000000:assumed-role/reader/ana', /^AROA[0-9A-Z]{17}:ana$/],
    ['AKIAIOSFODNN7EXAMPLE', 'arn:aws:iam::000000000000:root', /^000000000000$/],
  ])('with the access key %s returns %s', async (key, Arn, UserId) => {
    const sts = new STSClient(settings(key));
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: '000000000000',
      Arn,
      UserId: expect.stringMatching(UserId),
    });
  });
});

describe('aws cloudformation', () => {
  const stacks = (form: Record<string, string>) => account.ask({ service: 'cloudformation', form });

  test('describe-stacks returns each stack with its status and outputs, in XML', async () => {
    const { status, type, text } = await stacks({ Action: 'DescribeStacks', Version: '2010-05-15' });
    expect([status, type]).toEqual([200, 'text/xml']);
    expect(text).toContain(
      '<StackId>arn:aws:cloudformation:eu-west-1:000000000000:stack/small/1</StackId><StackName>small</StackName>' +
        '<Description>A small product</Description>',
    );
    expect(text).toContain(
      '<CreationTime>2026-03-02T09:00:00.000Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus>',
    );
    expect(text).toContain(
      `<member><OutputKey>Topic</OutputKey><OutputValue>${ALERTS}</OutputValue><Description>Where alerts go</Description><ExportName>alerts-topic</ExportName></member>`,
    );
  });

  test('describe-stack-events returns the creation of each resource, newest first', async () => {
    const { text } = await stacks({ Action: 'DescribeStackEvents', StackName: 'small' });
    const states = [...text.matchAll(/<LogicalResourceId>(\w+)<.*?<ResourceStatus>(\w+)</g)].map(
      ([, id, is]) => `${id} ${is}`,
    );
    expect(states.slice(0, 2)).toEqual(['small CREATE_COMPLETE', expect.stringContaining('CREATE_COMPLETE')]);
    expect(states.at(-1)).toBe('small CREATE_IN_PROGRESS');
    expect(states.indexOf('Echo CREATE_COMPLETE')).toBeLessThan(states.indexOf('Role CREATE_COMPLETE'));
  });

  test('describe-stacks of an unknown stack fails in XML with CloudFormation’s own code', async () => {
    const { status, text } = await stacks({ Action: 'DescribeStacks', StackName: 'other' });
    expect(status).toBe(400);
    expect(text).toContain('<Code>ValidationError</Code><Message>Stack with id other does not exist</Message>');
  });

  test('describe-stacks without the permission fails in XML with AccessDenied and 403', async () => {
    const { status, text } = await account.ask({
      service: 'cloudformation',
      form: { Action: 'DescribeStacks' },
      as: 'ana@reader',
    });
    expect(status).toBe(403);
    expect(text).toContain('<Code>AccessDenied</Code>');
    expect(text).toContain('not authorized to perform: cloudformation:DescribeStacks on resource: *');
  });
});

test('aws ssm list-documents returns the documents of the account', async () => {
  const { DocumentIdentifiers } = await new SSMClient(settings('ana@reader')).send(
    new ListDocumentsCommand({ Filters: [{ Key: 'Owner', Values: ['Self'] }] }),
  );
  expect(DocumentIdentifiers).toMatchObject([{ Name: 'stop-service', DocumentType: 'Command', Owner: '000000000000' }]);
});

test('aws sns list-subscriptions returns the subscriptions of all topics', async () => {
  const { Subscriptions = [] } = await new SNSClient(settings()).send(new ListSubscriptionsCommand({}));
  expect(Subscriptions.map(({ Protocol, TopicArn }) => [Protocol, TopicArn])).toEqual([
    ['email', ALERTS],
    ['lambda', ALERTS],
  ]);
});

test('aws cloudwatch list-metrics returns what was published, and not what an alarm waits for', async () => {
  const cloudwatch = new CloudWatchClient(settings());
  const Dimensions = [{ Name: 'host', Value: 'host-1' }];
  await cloudwatch.send(
    new PutMetricDataCommand({ Namespace: 'Trading', MetricData: [{ MetricName: 'gaps', Value: 1, Dimensions }] }),
  );
  const { Metrics } = await cloudwatch.send(new ListMetricsCommand({ Namespace: 'Trading' }));
  expect(Metrics).toEqual([{ Namespace: 'Trading', MetricName: 'gaps', Dimensions }]);
  expect(await cloudwatch.send(new ListMetricsCommand({ MetricName: 'gap' }))).toMatchObject({ Metrics: [] });
});

test('aws lambda list-functions returns the functions with their log groups', async () => {
  expect(await json({ service: 'lambda', path: '/2015-03-31/functions/' })).toMatchObject({
    Functions: [{ FunctionName: 'echo', Runtime: 'nodejs24.x', LoggingConfig: { LogGroup: '/small/echo' } }],
  });
});

test('aws lambda without the permission fails in JSON, with the error’s name in a header’s place', async () => {
  const { status, type, text } = await account.ask({
    service: 'lambda',
    path: '/2015-03-31/functions',
    as: 'ana@reader',
  });
  expect([status, type]).toEqual([403, 'application/json']);
  expect(JSON.parse(text)).toMatchObject({ Message: expect.stringContaining('lambda:ListFunctions') });
});

test.each(['', '/'])(
  'aws lambda get-account-settings returns the limits and the number of functions, at account-settings%s',
  async (end) => {
    expect(await json({ service: 'lambda', path: `/2016-08-19/account-settings${end}` })).toEqual({
      AccountLimit: {
        TotalCodeSize: 80_530_636_800,
        CodeSizeUnzipped: 262_144_000,
        CodeSizeZipped: 52_428_800,
        ConcurrentExecutions: 1000,
        UnreservedConcurrentExecutions: 997,
      },
      AccountUsage: { TotalCodeSize: 0, FunctionCount: 1 },
    });
  },
);

test.each(['CloudTrail_20131101', 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101'])(
  'aws cloudtrail describe-trails returns the trail of the organization, with the target %s',
  async (prefix) => {
    const found = await json({ service: 'cloudtrail', target: `${prefix}.DescribeTrails`, json: {} });
    expect(found).toMatchObject({ trailList: [{ Name: 'organization', IsMultiRegionTrail: true }] });
  },
);

test('aws cloudtrail lookup-events finds no stop if nobody stopped an execution', async () => {
  const wanted = { LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'StopExecution' }], MaxResults: 5 };
  const target = 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents';
  expect(await json({ service: 'cloudtrail', target, json: wanted })).toEqual({ Events: [] });
});

describe('aws logs', () => {
  const logs = (action: string, request: object) =>
    json({ service: 'logs', target: `Logs_20140328.${action}`, json: request });

  test('tail (FilterLogEvents) returns the lines of a function, by text and time', async () => {
    await new SNSClient(settings()).send(new PublishCommand({ TopicArn: ALERTS, Message: 'gap in feed A' }));
    const found = (more: object = {}) => logs('FilterLogEvents', { logGroupName: '/small/echo', ...more });
    await expect.poll(async () => (await found()).events, { timeout: 100_000 }).toHaveLength(1);
    expect((await found()).events).toMatchObject([
      {
        message: expect.stringContaining('received gap in feed A'),
        timestamp: Date.parse('2026-03-02T09:00:00Z'),
        logStreamName: expect.stringMatching(/^2026\/03\/02\/\[\$LATEST\][0-9a-f]{32}$/),
      },
    ]);
    expect((await found({ filterPattern: 'received "feed A"' })).events).toHaveLength(1);
    expect((await found({ filterPattern: 'received "feed B"' })).events).toEqual([]);
    expect((await found({ startTime: Date.parse('2026-03-02T09:00:01Z') })).events).toEqual([]);
  });

  test('describe-log-groups returns the groups of the template', async () => {
    expect(await logs('DescribeLogGroups', { logGroupNamePrefix: '/small' })).toMatchObject({
      logGroups: [{ logGroupName: '/small/echo', retentionInDays: 90 }],
    });
  });

  test('refuses what the account does not have: an unknown group, a pattern over JSON', async () => {
    expect(await logs('FilterLogEvents', { logGroupName: '/none' })).toMatchObject({
      __type: 'ResourceNotFoundException',
    });
    expect(
      await logs('FilterLogEvents', { logGroupName: '/small/echo', filterPattern: '{ $.level = "ERROR" }' }),
    ).toMatchObject({
      __type: 'InvalidParameterException',
      message: expect.stringContaining('Use words, or phrases in double quotes'),
    });
  });
});

describe('a refusal is in the protocol of its request:', () => {
  test.each([
    [
      'Query, of a service that the account does not have',
      { service: 'iam', form: { Action: 'ListRoles' } },
      'text/xml',
      '<Code>UnknownOperationException</Code><Message>The embedded account has no service iam.</Message>',
    ],
    [
      'Query, of CloudWatch, which takes JSON',
      { service: 'monitoring', form: { Action: 'DescribeAlarms' } },
      'text/xml',
      'no service monitoring in the Query protocol. Use an SDK or AWS CLI that sends JSON.',
    ],
    [
      'Query, of EC2, whose errors have another form',
      { service: 'ec2', form: { Action: 'DescribeVpcs' } },
      'text/xml;charset=UTF-8',
      '<Response><Errors><Error><Code>InvalidAction</Code>',
    ],
    [
      'Query, of an unknown action',
      { service: 'sts', form: { Action: 'AssumeRole' } },
      'text/xml',
      '<Code>InvalidAction</Code><Message>The embedded account has no sts:AssumeRole; it has GetCallerIdentity.</Message>',
    ],
    [
      'JSON, of a service that the account does not have',
      { service: 'support', target: 'AWSSupport_20130415.DescribeCases', json: {} },
      'application/x-amz-json-1.0',
      '"__type":"UnknownOperationException"',
    ],
    [
      'JSON, of an unknown action',
      { service: 'logs', target: 'Logs_20140328.StartQuery', json: {} },
      'application/x-amz-json-1.1',
      'no logs:StartQuery; it has DescribeLogGroups, FilterLogEvents.',
    ],
    [
      'REST, of an unknown action',
      { service: 'lambda', path: '/2015-03-31/layers' },
      'application/json',
      'no GET /2015-03-31/layers of Lambda; it has GetAccountSettings, ListFunctions.',
    ],
  ])('%s', async (_, request, type, text) => {
    const response = await account.ask(request);
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.type).toBe(type);
    expect(response.text).toContain(text);
  });

  test('RPC v2 CBOR, of CloudWatch, which takes JSON', async () => {
    const { type, text } = await account.ask({
      service: 'monitoring',
      path: '/service/GraniteServiceVersion20100801/operation/DescribeAlarms',
      json: {},
      headers: { 'smithy-protocol': 'rpc-v2-cbor' },
    });
    expect(type).toBe('application/cbor');
    expect(text).toContain('no service monitoring in the protocol RPC v2 CBOR. Use an SDK or AWS CLI that sends JSON.');
  });

  test('Query, of a publisher whom the topic’s key does not name', async () => {
    const TopicArn = 'arn:aws:sns:eu-west-1:000000000000:secrets';
    const denied = new SNSClient(settings()).send(new PublishCommand({ TopicArn, Message: 'm' }));
    await expect(denied).rejects.toMatchObject({
      name: 'KMSAccessDeniedException',
      message: expect.stringContaining('because no resource-based policy allows the kms:GenerateDataKey action'),
    });
  });
});
