import {
  AppConfigClient,
  GetHostedConfigurationVersionCommand,
  ListDeploymentsCommand,
} from '@aws-sdk/client-appconfig';
import { CloudWatchClient, DescribeAlarmsCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { paginateListCommandInvocations, SendCommandCommand, SSMClient } from '@aws-sdk/client-ssm';
import * as documents from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seeded } from '../../src/clock/random.ts';
import { type ClientPlace, clientSettings } from '../../src/in-process/client-settings.ts';
import { directClient } from '../../src/in-process/direct-client.ts';
import type { HttpRequest, HttpResponse } from '../../src/wire/http-service.ts';

// A direct client is held to the SDK: the same command with the same responses gives the same requests and the same result.

type Settings = ReturnType<typeof clientSettings>;
type Client = { send(command: never): Promise<unknown> };
type Make = (settings: Settings) => Client;

const makers = {
  appConfig: (settings: Settings) => new AppConfigClient(settings),
  cloudWatch: (settings: Settings) => new CloudWatchClient(settings),
  dynamoDb: (settings: Settings) => documents.DynamoDBDocumentClient.from(new DynamoDBClient(settings)),
  ec2: (settings: Settings) => new EC2Client(settings),
  eventBridge: (settings: Settings) => new EventBridgeClient(settings),
  sns: (settings: Settings) => new SNSClient(settings),
  ssm: (settings: Settings) => new SSMClient(settings),
  stepFunctions: (settings: Settings) => new SFNClient(settings),
};

/** Sends a command to an account with these responses, the last one for ever. Returns all that either side sees. */
async function seen(
  clientOf: (settings: Settings, place: ClientPlace) => Client,
  command: object,
  responses: readonly HttpResponse[],
) {
  const requests: unknown[] = [];
  const sleeps: number[] = [];
  const carry = async (request: HttpRequest) => {
    requests.push(asTheAccountReads(request));
    // The value beside a body is what a reader of the body gets, without members that JSON leaves out.
    if (request.value) expect(request.value).toStrictEqual(JSON.parse(String(request.body)));
    return responses[Math.min(requests.length, responses.length) - 1] as HttpResponse;
  };
  const sleep = async (milliseconds: number) => void sleeps.push(milliseconds);
  const place = { carry, sleep, region: 'eu-west-1', accessKeyId: 'ana@auditor', random: seeded(1) };
  const result = await clientOf(clientSettings(place), place)
    .send(command as never)
    .catch((error: Error) => ({ ...error, thrown: error.name, message: error.message }));
  return { result, requests, sleeps };
}

/** Returns the parts of a request that the account reads. */
const asTheAccountReads = ({ method, path, headers, body }: HttpRequest) => ({
  method,
  path,
  target: headers['x-amz-target'],
  authorization: headers.authorization,
  body: headers['x-amz-target'] ? JSON.parse(body.toString()) : body.toString(),
});

async function expectTheSame(make: Make, command: () => object, ...responses: readonly HttpResponse[]) {
  const sdk = await seen((settings) => make(settings), command(), responses);
  const direct = await seen((settings, place) => directClient(make, settings, place), command(), responses);
  expect(direct).toEqual(sdk);
  const ofValues = (settings: Settings, place: ClientPlace) => directClient(make, settings, place);
  expect(await seen(ofValues, command(), responses.map(withValue))).toEqual(sdk);
  return sdk;
}

/** Returns a response with its JSON as a value beside the body, as DynamoDB gives it to callers of this process. */
function withValue(one: HttpResponse): HttpResponse {
  try {
    return { ...one, value: JSON.parse(String(one.body)) as object };
  } catch {
    return one; // XML, or no JSON
  }
}

const response = (status: number, body: unknown, headers = {}): HttpResponse => ({
  status,
  headers: { 'x-amzn-requestid': '00000000-0000-4000-8000-000000000001', ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
const failure = (__type: string, status = 400, more = {}) => response(status, { __type, message: 'Why.', ...more });

const commands: Record<string, [Make, () => object, HttpResponse]> = {
  'a read of an item': [
    makers.dynamoDb,
    () => new documents.GetCommand({ TableName: 'state', Key: { pk: 'A', sk: 1 }, ConsistentRead: true }),
    response(200, { Item: { pk: { S: 'A' }, list: { L: [{ N: '1.5' }, { NULL: true }, { B: 'AQI=' }] } } }),
  ],
  'a read of no item': [
    makers.dynamoDb,
    () => new documents.GetCommand({ TableName: 'state', Key: { pk: 'A' } }),
    response(200, {}),
  ],
  'a query': [
    makers.dynamoDb,
    () =>
      new documents.QueryCommand({
        TableName: 'state',
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': new Uint8Array([1, 2]) },
        ExclusiveStartKey: { pk: 'A', sk: 'B' },
      }),
    response(200, {
      Items: [{ pk: { S: 'A' } }, { pk: { SS: ['B', 'C'] } }],
      Count: 2,
      LastEvaluatedKey: { pk: { S: 'A' } },
    }),
  ],
  'a batch of writes': [
    makers.dynamoDb,
    () =>
      new documents.BatchWriteCommand({
        RequestItems: {
          state: [{ PutRequest: { Item: { pk: 'A', at: { b: [true] } } } }, { DeleteRequest: { Key: { pk: 'B' } } }],
        },
      }),
    response(200, { UnprocessedItems: { state: [{ DeleteRequest: { Key: { pk: { S: 'B' } } } }] } }),
  ],
  'a command without documents, of the client with documents': [
    makers.dynamoDb,
    () => new DescribeTableCommand({ TableName: 'state' }),
    response(200, { Table: { TableName: 'state', CreationDateTime: 1767604500.5 } }),
  ],
  'a command with times in its response': [
    makers.ssm,
    () => new SendCommandCommand({ DocumentName: 'd', Targets: [{ Key: 'tag:fleet', Values: ['a'] }], Parameters: {} }),
    response(200, { Command: { CommandId: 'c', RequestedDateTime: 1767604500.125, Targets: [], Unknown: null } }),
  ],
  'times in the request': [
    makers.cloudWatch,
    () =>
      new PutMetricDataCommand({
        Namespace: 'N',
        MetricData: [{ MetricName: 'm', Value: 0.1, Timestamp: new Date(1767604500125), Unit: undefined }],
      }),
    response(200, ''),
  ],
  alarms: [
    makers.cloudWatch,
    () => new DescribeAlarmsCommand({ AlarmNamePrefix: 'é"\\\n' }),
    response(200, { MetricAlarms: [{ AlarmName: 'a', StateUpdatedTimestamp: 1767604500, Threshold: 0.5 }] }),
  ],
  'an execution': [
    makers.stepFunctions,
    () => new DescribeExecutionCommand({ executionArn: 'arn' }),
    response(200, { status: 'RUNNING', startDate: 1767604500.5, input: '{}' }),
  ],
  'a path with a query': [
    makers.appConfig,
    () => new ListDeploymentsCommand({ ApplicationId: 'a b', EnvironmentId: 'e', MaxResults: 5, NextToken: 'x/y' }),
    response(200, { Items: [{ DeploymentNumber: 1, StartedAt: '2026-01-05T09:00:00Z' }] }),
  ],
  'a response whose body is a document': [
    makers.appConfig,
    () =>
      new GetHostedConfigurationVersionCommand({ ApplicationId: 'a', ConfigurationProfileId: 'p', VersionNumber: 2 }),
    response(200, '{"flags":{}}', { 'content-type': 'application/json', 'version-number': '2' }),
  ],
  events: [
    makers.eventBridge,
    () =>
      new PutEventsCommand({
        Entries: [{ Source: 's', DetailType: 'd', Detail: '{}', Time: new Date(1767604500125) }],
      }),
    response(200, { FailedEntryCount: 0, Entries: [{ EventId: 'e' }] }),
  ],
  'an item with an undefined value': [
    makers.dynamoDb,
    () => new documents.PutCommand({ TableName: 's', Item: { pk: 'A', a: undefined } }),
    response(200, {}),
  ],
  'an empty part of a path': [
    makers.appConfig,
    () => new ListDeploymentsCommand({ ApplicationId: '', EnvironmentId: 'e' }),
    response(200, { Items: [] }),
  ],
  'instances, by a form and in XML': [
    makers.ec2,
    () => new DescribeInstancesCommand({ Filters: [{ Name: 'tag:fleet', Values: ['a b'] }], MaxResults: 5 }),
    response(
      200,
      `<DescribeInstancesResponse><reservationSet><item><instancesSet><item><instanceId>i-1</instanceId>
       </item></instancesSet></item></reservationSet></DescribeInstancesResponse>`,
    ),
  ],
  'a message, in XML': [
    makers.sns,
    () =>
      new PublishCommand({
        TopicArn: 't',
        Message: 'a & b',
        MessageAttributes: { k: { DataType: 'String', StringValue: 'v' } },
      }),
    response(200, '<PublishResponse><PublishResult><MessageId>m-1</MessageId></PublishResult></PublishResponse>'),
  ],
};

describe('a direct client sends and returns what the SDK does:', () => {
  test.each(Object.entries(commands))('%s', async (_, [make, command, answer]) => {
    expect((await expectTheSame(make, command, answer)).requests).toHaveLength(1);
  });

  test('any item', async () => {
    // The SDK would set an object's prototype, and refuses an object with a constructor of its own (see below).
    // -0 has no text of its own, so `+ 0` makes it 0.
    const name = fc.string({ minLength: 1 }).filter((text) => !['__proto__', 'constructor'].includes(text));
    const value = fc.letrec((tie) => ({
      value: fc.oneof(
        ...[fc.string({ unit: 'binary' }), fc.boolean(), fc.constant(null), fc.uint8Array({ minLength: 1 })],
        ...[fc.integer(), fc.double({ noNaN: true, min: -1e9, max: 1e9 }).map((number) => number + 0)],
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(name, tie('value'), { maxKeys: 3, noNullPrototype: true }),
      ),
    })).value;
    const items = fc.dictionary(name, value, { maxKeys: 4, noNullPrototype: true });
    await fc.assert(
      fc.asyncProperty(items, async (Item) => {
        const put = () => new documents.PutCommand({ TableName: 'state', Item });
        const { requests } = await expectTheSame(makers.dynamoDb, put, response(200, {}));
        // The stored item is read back as it was sent.
        const stored = response(200, { Item: (requests[0] as { body: { Item: object } }).body.Item });
        const get = () => new documents.GetCommand({ TableName: 'state', Key: { pk: 'A' } });
        expect((await expectTheSame(makers.dynamoDb, get, stored)).result).toMatchObject({ Item });
      }),
      { numRuns: 60 },
    );
  });
});

describe('a direct client fails as the SDK does:', () => {
  const put = () => new documents.PutCommand({ TableName: 'state', Item: { pk: 'A' } });
  const errors: Record<string, readonly HttpResponse[]> = {
    'an error of the caller': [failure('AccessDeniedException')],
    'an error with members': [failure('ConditionalCheckFailedException', 400, { Item: { pk: { S: 'A' } } })],
    'a refused condition': [failure('com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException')],
    'a refused condition with its item': [
      failure('com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException', 400, { Item: { pk: { S: 'A' } } }),
    ],
    'a refused transaction': [
      failure('com.amazonaws.dynamodb.v20120810#TransactionCanceledException', 400, {
        CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed', Message: 'Why.' }],
      }),
    ],
    'an error that no model knows': [failure('com.amazon.coral.validate#SomethingElse')],
    'throttling, once': [failure('ThrottlingException'), response(200, {})],
    'throttling, for ever': [failure('ThrottlingException')],
    'an error of the service, once': [failure('InternalServerError', 500), response(200, {})],
    'no response, once': [response(0, ''), response(200, {})],
    'no response, ever': [response(0, '')],
    'an error without a body': [response(503, '')],
  };
  test('an object with a constructor of its own, before any request', async () => {
    const put = () => new documents.PutCommand({ TableName: 'state', Item: { pk: 'A', flags: { constructor: true } } });
    const { result, requests } = await expectTheSame(makers.dynamoDb, put, response(200, {}));
    expect({ result, requests }).toMatchObject({ result: { message: /^Unsupported type passed/ }, requests: [] });
  });

  test.each(Object.entries(errors))('%s', async (_, responses) => {
    await expectTheSame(makers.dynamoDb, put, ...responses);
  });

  const refused: Record<string, [Make, () => object]> = {
    'an empty set': [makers.dynamoDb, () => new documents.PutCommand({ TableName: 's', Item: { a: new Set() } })],
    'no part of a path': [
      makers.appConfig,
      () =>
        new ListDeploymentsCommand({ EnvironmentId: 'e' } as ConstructorParameters<typeof ListDeploymentsCommand>[0]),
    ],
  };
  test.each(Object.entries(refused))('an input with %s, before any request', async (_, [make, command]) => {
    const { requests, result } = await expectTheSame(make, command, response(200, {}));
    expect(requests).toEqual([]);
    expect(result).toHaveProperty('thrown');
  });

  test('an error in XML', async () => {
    const body =
      '<ErrorResponse><Error><Type>Sender</Type><Code>NotFound</Code><Message>No topic.</Message></Error></ErrorResponse>';
    await expectTheSame(makers.sns, () => new PublishCommand({ TopicArn: 't', Message: 'm' }), response(404, body));
  });
});

test('the SDK’s paginators take a direct client, page by page', async () => {
  const pages = [response(200, { CommandInvocations: [], NextToken: 'n' }), response(200, { CommandInvocations: [] })];
  const asked: unknown[] = [];
  const carry = async (request: HttpRequest) => {
    asked.push(JSON.parse(request.body.toString()));
    return pages[asked.length - 1] as HttpResponse;
  };
  const place = { carry, sleep: async () => {}, region: 'eu-west-1', accessKeyId: 'ana', random: seeded(1) };
  const client = directClient(makers.ssm, clientSettings(place), place);
  for await (const _ of paginateListCommandInvocations({ client }, { CommandId: 'c' }));
  expect(asked).toEqual([{ CommandId: 'c' }, { CommandId: 'c', NextToken: 'n' }]);
});

test('a repeated response gives a result that no caller can change for another', async () => {
  const body = JSON.stringify({ Items: [{ pk: { S: 'A' }, list: { L: [{ N: '1' }] } }], Count: 1 });
  const place = {
    carry: async () => ({ status: 200, headers: {}, body }),
    sleep: async () => {},
    ...{ region: 'eu-west-1', accessKeyId: 'ana', random: seeded(1) },
  };
  const client = directClient(makers.dynamoDb, clientSettings(place), place);
  const read = () => client.send(new documents.ScanCommand({ TableName: 't' }));
  const { Items: [item] = [] } = await read();
  expect(() => item?.['list'].push(2)).toThrow(TypeError);
  expect(await read()).toMatchObject({ Items: [{ pk: 'A', list: [1] }], Count: 1 });
});
