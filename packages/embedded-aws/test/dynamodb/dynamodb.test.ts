import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import {
  BatchWriteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactGetItemsCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VirtualClock } from '../../src/clock/virtual-clock.ts';
import { dynamodb } from '../../src/dynamodb/dynamodb.ts';
import { dynamodbResources } from '../../src/dynamodb/resources.ts';
import { AwsError } from '../../src/wire/aws-error.ts';

const place = { region: 'eu-west-1', accountId: '000000000000' };
const clock = new VirtualClock(1000);
const database = dynamodb({ clock, ...place });
let client: DynamoDBClient;

/** A minimal endpoint for DynamoDB, without IAM. */
const server = createServer(async (request, response) => {
  const action = String(request.headers['x-amz-target']).split('.')[1] ?? '';
  try {
    const { status, headers, body } = await database.handle(action, await buffer(request));
    response.writeHead(status, headers).end(body);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    response.writeHead(error.statusCode).end(JSON.stringify({ __type: error.code, message: error.message }));
  }
});

const make = (type: string, properties: Record<string, unknown>) =>
  dynamodbResources(database, place)[type]?.({ stack: 'app', logicalId: 'Table', type, properties });

const keys = {
  AttributeDefinitions: ['pk', 'sk', 'phase'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'by-phase',
      KeySchema: [{ AttributeName: 'phase', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
  BillingMode: 'PAY_PER_REQUEST',
};

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  client = new DynamoDBClient({
    region: 'eu-west-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  });
  await make('AWS::DynamoDB::GlobalTable', {
    ...keys,
    TableName: 'history',
    Replicas: [{ Region: 'eu-west-1', PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }],
    SSESpecification: { SSEEnabled: true },
    TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
  });
});

afterAll(() => {
  client.destroy();
  server.close();
});

const item = (pk: string, sk: string, phase = '4') => ({ pk: { S: pk }, sk: { S: sk }, phase: { S: phase } });
const put = (pk: string, sk: string) => client.send(new PutItemCommand({ TableName: 'history', Item: item(pk, sk) }));

describe('a real client', () => {
  test('reads what it wrote', async () => {
    await put('RECORD#1', '1');
    const Key = { pk: { S: 'RECORD#1' }, sk: { S: '1' } };
    const { Item } = await client.send(new GetItemCommand({ TableName: 'history', Key, ConsistentRead: true }));
    expect(Item).toEqual(item('RECORD#1', '1'));
  });

  test('puts an item once if its condition requires that it is absent', async () => {
    const once = () =>
      client.send(
        new PutItemCommand({
          TableName: 'history',
          Item: item('DECISION#1', '1'),
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      );
    const results = await Promise.allSettled([once(), once(), once()]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { name: 'ConditionalCheckFailedException', message: 'The conditional request failed' },
    });
  });

  test('increments a number in an update', async () => {
    const next = () =>
      client.send(
        new UpdateItemCommand({
          TableName: 'history',
          Key: { pk: { S: 'FENCE' }, sk: { S: '1' } },
          UpdateExpression: 'ADD fence :one',
          ExpressionAttributeValues: { ':one': { N: '1' } },
          ReturnValues: 'UPDATED_NEW',
        }),
      );
    await next();
    expect((await next()).Attributes).toEqual({ fence: { N: '2' } });
  });

  test('finds a partition’s items in the order of their sort keys', async () => {
    const requests = ['00000003', '00000001', '00000002'].map((sk) => ({ PutRequest: { Item: item('EVENT#1', sk) } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { history: requests } }));
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: 'history',
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: 'EVENT#1' } },
      }),
    );
    expect(Items.map(({ sk }) => sk?.S)).toEqual(['00000001', '00000002', '00000003']);
  });

  test('finds items by an index', async () => {
    await client.send(new PutItemCommand({ TableName: 'history', Item: item('RECORD#2', '1', 'two') }));
    const { Items } = await client.send(
      new QueryCommand({
        TableName: 'history',
        IndexName: 'by-phase',
        KeyConditionExpression: 'phase = :p',
        ExpressionAttributeValues: { ':p': { S: 'two' } },
      }),
    );
    expect(Items).toEqual([item('RECORD#2', '1', 'two')]);
  });

  test('sees the table under the account’s own ARN', async () => {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: 'history' }));
    expect(Table).toMatchObject({
      TableArn: 'arn:aws:dynamodb:eu-west-1:000000000000:table/history',
      TableStatus: 'ACTIVE',
    });
  });

  test('gets an error for a table that does not exist', async () => {
    const get = new GetItemCommand({ TableName: 'nobody', Key: { pk: { S: 'x' } } });
    await expect(client.send(get)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('gets an error that names an unsupported action', async () => {
    await expect(client.send(new TransactGetItemsCommand({ TransactItems: [] }))).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: expect.stringContaining('TransactGetItems'),
    });
  });

  test('gets an error that names a parameter that dynalite would ignore', async () => {
    const losing = new PutItemCommand({
      TableName: 'history',
      Item: item('RECORD#1', '1'),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    await expect(client.send(losing)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('ReturnValuesOnConditionCheckFailure of PutItem'),
    });
  });
});

describe('a transaction', () => {
  const ifAbsent = 'attribute_not_exists(pk)';
  const putIn = (pk: string, sk: string, ConditionExpression?: string) => ({
    Put: { TableName: 'history', Item: item(pk, sk), ...(ConditionExpression ? { ConditionExpression } : {}) },
  });
  const transact = (TransactItems: TransactWriteItem[], ClientRequestToken?: string) =>
    client.send(
      new TransactWriteItemsCommand({ TransactItems, ...(ClientRequestToken ? { ClientRequestToken } : {}) }),
    );
  const found = async (pk: string) =>
    (
      await client.send(
        new QueryCommand({
          TableName: 'history',
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': { S: pk } },
        }),
      )
    ).Items?.map(({ sk }) => sk?.S);

  test('stores all its items', async () => {
    await transact([putIn('T#1', '1', ifAbsent), putIn('T#1', 'record')]);
    expect(await found('T#1')).toEqual(['1', 'record']);
  });

  test('stores none if one condition does not hold, and says which', async () => {
    await transact([putIn('T#2', '1', ifAbsent)]);
    await expect(transact([putIn('T#2', '2'), putIn('T#2', '1', ifAbsent)])).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed' }],
    });
    expect(await found('T#2')).toEqual(['1']);
  });

  test('is done once if it is repeated with its token within ten minutes', async () => {
    await transact([putIn('T#3', '1', ifAbsent)], 'token-3');
    await transact([putIn('T#3', '1', ifAbsent)], 'token-3');
    expect(await found('T#3')).toEqual(['1']);
  });

  test('is another one with the same token after ten minutes', async () => {
    await transact([putIn('T#7', '1')], 'token-7');
    await clock.run(clock.now() + 10 * 60_000);
    await transact([putIn('T#7', '2')], 'token-7');
    expect(await found('T#7')).toEqual(['1', '2']);
  });

  test('is refused with the token of another one', async () => {
    await transact([putIn('T#4', '1')], 'token-4');
    await expect(transact([putIn('T#4', '2')], 'token-4')).rejects.toMatchObject({
      name: 'IdempotentParameterMismatchException',
    });
  });

  test('is refused if two of its actions are on one item', async () => {
    await expect(transact([putIn('T#5', '1'), putIn('T#5', '1')])).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Transaction request cannot include multiple operations on one item',
    });
  });

  test.each([
    [
      'another action',
      [{ Delete: { TableName: 'history', Key: { pk: { S: 'a' }, sk: { S: '1' } } } }],
      'supports Put in a transaction, not Delete',
    ],
    ['no action', [], 'a list of 1 to 100 actions'],
  ])('is refused with %s', async (_, items, message) => {
    await expect(transact(items)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    });
  });

  test('is never divided by a put of the same item', async () => {
    const puts = Array.from({ length: 20 }, (_, i) => [
      transact([putIn('T#6', String(i), ifAbsent), putIn('T#6', 'x')]).then(
        () => 'both',
        () => 'none',
      ),
      client
        .send(new PutItemCommand({ TableName: 'history', Item: item('T#6', String(i)), ConditionExpression: ifAbsent }))
        .then(
          () => 'one',
          () => 'none',
        ),
    ]);
    for (const pair of puts) expect((await Promise.all(pair)).filter((one) => one === 'none')).toHaveLength(1);
  });
});

test('a response has its checksum, which the AWS CLI verifies', async () => {
  const { headers, body } = await database.handle('ListTables', '{"Limit":1}');
  expect(body).toMatch(/^\{"TableNames":/);
  expect(headers['x-amz-crc32']).toBe(String(crc32(body)));
});

test('a request holds the clock', async () => {
  const passed: number[] = [];
  const start = clock.now();
  clock.at(start + 1000, () => passed.push(clock.now()));
  const requests = Array.from({ length: 25 }, (_, n) => ({ PutRequest: { Item: item('RECORD#3', String(n)) } }));
  const body = JSON.stringify({ RequestItems: { history: requests } });
  const responded = database.handle('BatchWriteItem', body).then(() => passed.push(clock.now()));
  await Promise.all([clock.run(start + 2000), responded]);
  expect(passed).toEqual([start, start + 1000]);
});

describe('a table of a template', () => {
  test('has a generated name if the template gives none', async () => {
    const made = await make('AWS::DynamoDB::Table', keys);
    expect(made?.ref).toMatch(/^app-Table-[0-9A-Z]{12}$/);
    expect(made?.attributes).toEqual({ Arn: `arn:aws:dynamodb:eu-west-1:000000000000:table/${made?.ref}` });
  });

  test('accepts items as soon as it is created', async () => {
    const made = await make('AWS::DynamoDB::Table', { ...keys, TableName: 'at-once' });
    const body = JSON.stringify({ TableName: made?.ref, Item: item('RECORD#1', '1') });
    expect(await database.handle('PutItem', body)).toMatchObject({ status: 200 });
  });

  test.each([
    ['AWS::DynamoDB::Table', { ...keys, StreamSpecification: { StreamViewType: 'NEW_IMAGE' } }, 'StreamSpecification'],
    [
      'AWS::DynamoDB::GlobalTable',
      { ...keys, Replicas: [{ Region: 'eu-west-1', KinesisStreamSpecification: {} }] },
      'KinesisStreamSpecification',
    ],
    ['AWS::DynamoDB::GlobalTable', { ...keys, Replicas: [{ Region: 'us-east-1' }] }, 'has a replica in us-east-1'],
  ])('%s with an unsupported property is refused by name', async (type, properties, message) => {
    await expect(async () => make(type, properties)).rejects.toThrow(message);
  });

  test('is created once', async () => {
    const again = make('AWS::DynamoDB::Table', { ...keys, TableName: 'history' });
    await expect(again).rejects.toThrow('ResourceInUseException');
  });
});
