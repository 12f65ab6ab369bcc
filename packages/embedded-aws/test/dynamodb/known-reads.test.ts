import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../src/clock/virtual-clock.ts';
import { engine } from '../../src/dynamodb/dynalite.ts';
import { dynamodb } from '../../src/dynamodb/dynamodb.ts';

/** A database with a table, that counts what reaches its engine. */
async function counted() {
  const run: string[] = [];
  const database = dynamodb({ clock: new VirtualClock(0), region: 'eu-west-1', accountId: '000000000000' }, (place) => {
    const inner = engine(place);
    return (action, request) => {
      run.push(action);
      return inner(action, request);
    };
  });
  await database.createTable({
    TableName: 'state',
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
  } as never);
  run.length = 0;
  const send = async (action: string, request: object) =>
    JSON.parse((await database.handle(action, JSON.stringify({ TableName: 'state', ...request }))).body);
  return { run, send };
}

const key = (pk: string) => ({ pk: { S: pk }, sk: { S: '1' } });
const query = (pk: string) => ({
  KeyConditionExpression: 'pk = :pk',
  ExpressionAttributeValues: { ':pk': { S: pk } },
});
const writes: Record<string, object> = {
  PutItem: { Item: { ...key('A'), n: { N: '2' } } },
  DeleteItem: { Key: key('A') },
  UpdateItem: { Key: key('A'), UpdateExpression: 'SET n = :n', ExpressionAttributeValues: { ':n': { N: '3' } } },
  BatchWriteItem: { TableName: undefined, RequestItems: { state: [{ DeleteRequest: { Key: key('A') } }] } },
};

describe('a repeated read', () => {
  test('does not reach the engine', async () => {
    const { run, send } = await counted();
    await send('PutItem', { Item: key('A') });
    for (const _ of [1, 2]) expect(await send('GetItem', { Key: key('A') })).toEqual({ Item: key('A') });
    for (const _ of [1, 2]) expect(await send('Query', query('A'))).toMatchObject({ Count: 1 });
    expect(run).toEqual(['PutItem', 'GetItem', 'Query']);
  });

  test.each(Object.entries(writes))('sees a %s of its partition', async (action, request) => {
    const { run, send } = await counted();
    await send('PutItem', { Item: key('A') });
    const before = [await send('GetItem', { Key: key('A') }), await send('Query', query('A'))];
    await send(action, request);
    const after = [await send('GetItem', { Key: key('A') }), await send('Query', query('A'))];
    expect(after).not.toEqual(before);
    expect(run).toEqual(['PutItem', 'GetItem', 'Query', action, 'GetItem', 'Query']);
  });

  test('does not reach the engine after a write to another partition', async () => {
    const { run, send } = await counted();
    await send('GetItem', { Key: key('A') });
    await send('PutItem', { Item: key('B') });
    await send('GetItem', { Key: key('A') });
    expect(run).toEqual(['GetItem', 'PutItem']);
  });

  test('sees a write that ended while the first one was read', async () => {
    const { send } = await counted();
    await Promise.all([send('GetItem', { Key: key('A') }), send('PutItem', { Item: key('A') })]);
    expect(await send('GetItem', { Key: key('A') })).toEqual({ Item: key('A') });
  });

  test('of all items always reaches the engine', async () => {
    const { run, send } = await counted();
    for (const _ of [1, 2]) await send('Scan', {});
    expect(run).toEqual(['Scan', 'Scan']);
  });

  test('of several partitions does not reach the engine until one of them is written', async () => {
    const { run, send } = await counted();
    const read = { TableName: undefined, RequestItems: { state: { Keys: [key('A'), key('B')] } } };
    for (const _ of [1, 2]) await send('BatchGetItem', read);
    await send('PutItem', { Item: key('C') });
    await send('BatchGetItem', read);
    expect(run).toEqual(['BatchGetItem', 'PutItem']);
    await send('PutItem', { Item: key('B') });
    expect(await send('BatchGetItem', read)).toMatchObject({ Responses: { state: [key('B')] } });
  });

  test('of an index does not reach the engine until its table is written', async () => {
    const { run, send } = await counted();
    const read = { ...query('1'), IndexName: 'by-phase', KeyConditionExpression: 'phase = :pk' };
    for (const _ of [1, 2]) expect(await send('Query', read)).toMatchObject({ Count: 0 });
    await send('Scan', {});
    await send('Query', read);
    expect(run).toEqual(['Query', 'Scan']);
    await send('PutItem', { Item: { ...key('A'), phase: { S: '1' } } });
    expect(await send('Query', read)).toMatchObject({ Count: 1 });
    await send('DeleteItem', { Key: key('A') });
    expect(await send('Query', read)).toMatchObject({ Count: 0 });
  });

  test('is refused each time if it is refused', async () => {
    const { run, send } = await counted();
    for (const _ of [1, 2]) expect(await send('GetItem', { Key: { pk: { S: 'A' } } })).toHaveProperty('message');
    expect(run).toHaveLength(2);
  });
});
