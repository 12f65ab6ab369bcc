import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, expect, test } from 'vitest';
import { readItem } from '../../../lambdas/stores/read-item.ts';
import { emptyTables } from '../tables.ts';

let tables: Awaited<ReturnType<typeof emptyTables>>;
const read = (pk: string, sk: string) => readItem(tables.db, 'state', { pk, sk });
beforeEach(async () => {
  tables = await emptyTables();
  for (const sk of ['a', 'b', 'c'])
    await tables.db.send(new PutCommand({ TableName: 'state', Item: { pk: 'P', sk, is: sk } }));
  tables.requests.length = 0;
});

test('items of one partition that are asked for at once are one request', async () => {
  const [a, none, c] = await Promise.all([read('P', 'a'), read('P', 'z'), read('P', 'c')]);
  expect([a?.['is'], none, c?.['is']]).toEqual(['a', undefined, 'c']);
  expect(tables.requests).toEqual(['BatchGetItem']);
});

test('one item is a request of its own, and so is a later one', async () => {
  await read('P', 'a');
  await read('P', 'b');
  expect(tables.requests).toEqual(['GetItem', 'GetItem']);
});

test('items of several partitions are never one request: IAM would deny it', async () => {
  await Promise.all([read('P', 'a'), read('Q', 'a')]);
  expect(tables.requests).toEqual(['GetItem', 'GetItem']);
});

test('an item that is asked for twice at once is read once, and both get it', async () => {
  expect(await Promise.all([read('P', 'a'), read('P', 'a')])).toMatchObject([{ is: 'a' }, { is: 'a' }]);
  expect(tables.requests).toEqual(['GetItem']);
});

test('an error reaches everyone who asked', async () => {
  tables.failing((action) => (action === 'BatchGetItem' ? 'InternalServerError' : undefined));
  const asked = await Promise.allSettled([read('P', 'a'), read('P', 'b')]);
  expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
