import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Engine, engine, Refusal } from '../../src/dynamodb/dynalite.ts';
import { mapEngine } from '../../src/dynamodb/map-engine.ts';

// The store in maps is held to dynalite's own: the same random requests must give the same responses.

const place = { region: 'eu-west-1', accountId: '000000000000', now: () => 0 };

const index = (IndexName: string, keys: readonly string[], projection: object) => ({
  IndexName,
  KeySchema: keys.map((AttributeName, i) => ({ AttributeName, KeyType: i === 0 ? 'HASH' : 'RANGE' })),
  Projection: projection,
});
const table = {
  TableName: 'table',
  AttributeDefinitions: [
    ...['pk', 'sk', 'a'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    { AttributeName: 'n', AttributeType: 'N' },
  ],
  ...index('', ['pk', 'sk'], {}),
  GlobalSecondaryIndexes: [
    index('by-a', ['a', 'n'], { ProjectionType: 'ALL' }),
    index('by-n', ['n'], { ProjectionType: 'KEYS_ONLY' }),
    index('by-sk', ['sk'], { ProjectionType: 'INCLUDE', NonKeyAttributes: ['x', 'n'] }),
  ],
  LocalSecondaryIndexes: [index('local', ['pk', 'a'], { ProjectionType: 'KEYS_ONLY' })],
  BillingMode: 'PAY_PER_REQUEST',
};
const { IndexName: _, Projection: __, ...create } = table as typeof table & { IndexName: string; Projection: object };

type Request = readonly [action: string, request: Record<string, unknown>];

const S = (texts: readonly string[]) => fc.constantFrom(...texts).map((text) => ({ S: text }));
const N = fc.constantFrom('-12.5', '-1', '0', '1', '2', '10', '1e20').map((text) => ({ N: text }));
const pk = S(['A', 'A', 'A', 'A', 'A', 'B', 'B', 'é~', '']);
const sk = S(['', '0', '00', '1', '10', '2', '~', '~~', 'ä', 'b/c']);
const key = fc.record({ pk, sk });
const other = fc.oneof(
  fc.string().map((text) => ({ S: text })),
  fc.constantFrom(
    { NULL: true },
    { BOOL: false },
    { L: [{ N: '1' }, { M: {} }] },
    { M: { b: { S: 'c' } } },
    { SS: ['x', 'y'] },
    // Refused: their checks are remembered in parts, and the error must still be dynalite's.
    { L: [{ N: 'x' }] },
    { M: { b: { NULL: false } } },
    { L: [{ SS: ['x', 'x'] }], S: 'both' },
    { N: 'x' },
  ),
);
const item = fc.record({ pk, sk, a: fc.oneof(S(['u', 'v']), N), n: N, x: other }, { requiredKeys: ['pk', 'sk'] });
const ReturnValues = fc.constantFrom('NONE', 'ALL_OLD', 'ALL_OLD', 'ALL_NEW', undefined);
const condition = fc.constantFrom(
  {},
  { ConditionExpression: 'attribute_not_exists(pk)' },
  { ConditionExpression: 'attribute_exists(x)' },
  { ConditionExpression: 'a = :v', ExpressionAttributeValues: { ':v': { S: 'u' } } },
  { ConditionExpression: 'a = :v' },
);
const TableName = fc.constantFrom(...Array(20).fill('table'), 'none');

const selected = fc.constantFrom(
  ...[':p|pk = :p', ':p|pk = :p', ':p,:s|pk = :p AND begins_with(sk, :s)', ':p,:s|pk = :p AND sk > :s'],
  ...[
    ':p,:s|pk = :p AND sk <= :s',
    ':p,:s,:t|pk = :p AND sk BETWEEN :s AND :t',
    'by-a:a|a = :a',
    'by-a:a,:n|a = :a AND n < :n',
  ],
  ...['by-n:n|n = :n', 'by-sk:s|sk = :s', 'local:p|pk = :p', 'local:p,:a|pk = :p AND a = :a', 'no-index:p|pk = :p'],
);
const query = fc
  .record({
    selected,
    values: fc.record({ ':p': pk, ':s': sk, ':t': sk, ':a': S(['u', 'v']), ':n': N }),
    more: fc.record(
      {
        Limit: fc.integer({ min: 1, max: 4 }),
        ScanIndexForward: fc.boolean(),
        ConsistentRead: fc.boolean(),
        FilterExpression: fc.constantFrom('attribute_exists(x)', 'n = n'),
        ProjectionExpression: fc.constantFrom('pk, x', 'n, a', 'x.b'),
        Select: fc.constantFrom('COUNT', 'ALL_ATTRIBUTES'),
        ReturnConsumedCapacity: fc.constantFrom('TOTAL', 'INDEXES'),
      },
      { requiredKeys: [] },
    ),
  })
  .map(({ selected: text, values, more }): Record<string, unknown> => {
    const [where = '', KeyConditionExpression] = text.split('|');
    const [IndexName, ...names] = where.split(/,?:/);
    const used = Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name.slice(1))));
    const of = IndexName ? { IndexName } : {};
    return { TableName: 'table', ...of, KeyConditionExpression, ExpressionAttributeValues: used, ...more };
  });

const update = fc
  .record({
    UpdateExpression: fc.constantFrom(
      ...[
        'SET x = :v',
        'SET x = a',
        'REMOVE a',
        'ADD n :n',
        'SET x.b = :v, a = :a',
        'SET sk = :v',
        'SET x = :v, n = :n',
      ],
    ),
    values: fc.record({ ':v': other, ':n': N, ':a': S(['u', 'v']) }),
  })
  .map(({ UpdateExpression, values }) => {
    const used = Object.entries(values).filter(([name]) => UpdateExpression.includes(name));
    return { UpdateExpression, ...(used.length > 0 ? { ExpressionAttributeValues: Object.fromEntries(used) } : {}) };
  });

const request: fc.Arbitrary<Request> = fc
  .oneof(
    {
      weight: 6,
      arbitrary: fc.tuple(fc.constant('PutItem'), fc.record({ TableName, Item: item, ReturnValues }), condition),
    },
    {
      weight: 3,
      arbitrary: fc.tuple(fc.constant('DeleteItem'), fc.record({ TableName, Key: key, ReturnValues }), condition),
    },
    {
      weight: 4,
      arbitrary: fc.tuple(fc.constant('UpdateItem'), fc.record({ TableName, Key: key, ReturnValues }), update),
    },
    { weight: 2, arbitrary: fc.tuple(fc.constant('GetItem'), fc.record({ TableName, Key: key }), fc.constant({})) },
    { weight: 8, arbitrary: fc.tuple(fc.constant('Query'), query, fc.constant({})) },
    {
      weight: 2,
      arbitrary: fc.tuple(
        fc.constant('Scan'),
        fc.record({
          TableName,
          IndexName: fc.constantFrom(undefined, 'by-n', 'local'),
          Limit: fc.constantFrom(undefined, 2),
        }),
        fc.constant({}),
      ),
    },
    {
      weight: 2,
      arbitrary: fc
        .array(
          fc.oneof(
            item.map((Item) => ({ PutRequest: { Item } })),
            key.map((Key) => ({ DeleteRequest: { Key } })),
          ),
          { maxLength: 4 },
        )
        .map((writes): [string, object, object] => ['BatchWriteItem', { RequestItems: { table: writes } }, {}]),
    },
    {
      weight: 2,
      arbitrary: fc
        .array(fc.tuple(item, condition), { maxLength: 3 })
        .map((puts): [string, object, object] => [
          'TransactWriteItems',
          { TransactItems: puts.map(([Item, more]) => ({ Put: { TableName: 'table', Item, ...more } })) },
          {},
        ]),
    },
    {
      weight: 1,
      arbitrary: fc
        .array(key, { maxLength: 4 })
        .map((Keys): [string, object, object] => ['BatchGetItem', { RequestItems: { table: { Keys } } }, {}]),
    },
    { weight: 1, arbitrary: fc.constant<[string, object, object]>(['ListTables', {}, {}]) },
    { weight: 1, arbitrary: fc.tuple(fc.constant('DescribeTable'), fc.record({ TableName }), fc.constant({})) },
  )
  .map(([action, body, more]): Request => [action, JSON.parse(JSON.stringify({ ...body, ...more }))]);

/** Returns the response to each request, as text; each query and scan is continued to its end. */
async function responses(call: Engine, requests: readonly Request[]): Promise<string[]> {
  await call('CreateTable', structuredClone(create) as unknown as Record<string, unknown>);
  const status = async () =>
    ((await call('DescribeTable', { TableName: 'table' })) as { Table: { TableStatus: string } }).Table.TableStatus;
  while ((await status()) !== 'ACTIVE') await new Promise((resolve) => setTimeout(resolve, 1));
  const found: string[] = [];
  const given: { readonly response: unknown; readonly text: string }[] = [];
  for (const [action, body] of requests) {
    let start: unknown;
    do {
      const more = start ? { ExclusiveStartKey: start } : {};
      const response = await call(action, structuredClone({ ...body, ...more })).catch(refusal);
      start = (response as { LastEvaluatedKey?: unknown }).LastEvaluatedKey;
      found.push(comparable(response));
      given.push({ response, text: JSON.stringify(response) });
    } while (start);
  }
  // A caller of this process keeps what it got, and the plain form of each item (in-process/documents.ts).
  for (const { response, text } of given) expect(JSON.stringify(response)).toBe(text);
  return found;
}

const refusal = (error: unknown) => {
  if (!(error instanceof Refusal)) throw error;
  return { status: error.statusCode, ...error.body };
};

/** Returns a response without what dynalite draws at random: the table's id and time, and the order of a batch. */
const comparable = (response: unknown): string =>
  JSON.stringify(response, (name, value) => {
    if (['TableId', 'CreationDateTime', 'LastUpdateToPayPerRequestDateTime'].includes(name)) return undefined;
    return name === 'Responses' ? { table: value.table?.map((one: unknown) => JSON.stringify(one)).toSorted() } : value;
  });

test('the store in maps responds to any requests as dynalite’s own store does', { timeout: 120_000 }, async () => {
  const answered = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(request, { minLength: 40, maxLength: 80, size: 'max' }), async (requests) => {
      const found = await responses(mapEngine(place), requests);
      expect(found).toEqual(await responses(engine(place), requests));
      for (const one of found) answered.add(one);
    }),
    { numRuns: Number(process.env['STORE_RUNS'] ?? 25), endOnFailure: true },
  );
  expect(answered.size).toBeGreaterThan(120); // else the requests are too much alike
});

test('an item that is too large in all its attributes is refused as by dynalite', async () => {
  const key = { pk: { S: 'A' }, sk: { S: '1' } };
  const part = { L: [{ S: 'x'.repeat(150 * 1024) }] };
  const put = (item: object): Request => ['PutItem', { TableName: 'table', Item: { ...key, ...item } }];
  const requests = [put({ x: part }), put({ x: part, y: part, z: part })];
  const found = await responses(mapEngine(place), requests);
  expect(found[1]).toContain('Item size has exceeded the maximum allowed size');
  expect(found).toEqual(await responses(engine(place), requests));
});

test.each([
  ['the partition only', 'pk = :p'],
  ...['sk = :s', 'sk < :t', 'sk <= :s', 'sk > :s', 'sk >= :s', 'begins_with(sk, :s)', 'sk BETWEEN :s AND :t'].map(
    (range) => [range, `pk = :p AND ${range}`],
  ),
])('a query by %s is answered as by dynalite', async (_, KeyConditionExpression = '') => {
  const puts = ['0', '00', '1', '10', '11', '2', '20', '3', 'b/c'].map((sk, i): Request => {
    const Item = { pk: { S: 'A' }, sk: { S: sk }, n: { N: String(i) }, x: { S: sk } };
    return ['PutItem', { TableName: 'table', Item }];
  });
  const values = Object.entries({ ':p': { S: 'A' }, ':s': { S: '1' }, ':t': { S: '2' } });
  const used = Object.fromEntries(values.filter(([name]) => KeyConditionExpression.includes(name)));
  const read = { TableName: 'table', KeyConditionExpression, ExpressionAttributeValues: used };
  const queries = [{}, { ScanIndexForward: false }, { Limit: 2 }, { ProjectionExpression: 'n, x' }].map(
    (more): Request => ['Query', { ...read, ...more }],
  );
  const found = await responses(mapEngine(place), [...puts, ...queries]);
  expect(found[puts.length]).toContain('"sk":{"S":"1');
  expect(found).toEqual(await responses(engine(place), [...puts, ...queries]));
});
