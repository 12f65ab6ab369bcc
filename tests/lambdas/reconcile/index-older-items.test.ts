import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, test } from 'vitest';
import { recordOf } from '../../../domain/history/record.ts';
import { indexAttributes, withoutIndex } from '../../../domain/history/record-index.ts';
import { indexingKey, recordKey } from '../../../domain/tables.ts';
import { olderItemsIndexer } from '../../../lambdas/reconcile/index-older-items.ts';
import { type History, historyIn } from '../../../lambdas/stores/history.ts';
import { olderItemsIn } from '../../../lambdas/stores/index-attributes.ts';
import { opening, START } from '../opened-rollback.ts';
import { emptyTables, noSleep } from '../tables.ts';

let tables: Awaited<ReturnType<typeof emptyTables>>;
let history: History;
let hours: number;
beforeEach(async () => {
  tables = await emptyTables();
  history = historyIn(tables.db, 'history', noSleep);
  hours = 0;
});

const items = () => olderItemsIn(tables.db, { history: 'history', state: 'state' });
const indexer = () => olderItemsIndexer(items(), () => Date.parse(START) + hours * 3_600_000);
/** One run of a function that has just started. */
const run = () => indexer()();
const stored = async (pk: string) => {
  const { Items = [] } = await tables.db.send(
    new QueryCommand({
      TableName: 'history',
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
    }),
  );
  return Items;
};
const record = async (id = 'r-1') =>
  (await tables.db.send(new GetCommand({ TableName: 'history', Key: recordKey(id) }))).Item;
/** Stores an item as an older version did, without the index attributes. */
const older = async (item: Record<string, unknown> = {}) =>
  tables.db.send(new PutCommand({ TableName: 'history', Item: withoutIndex(item).fields }));
const verdict = {
  host: { instance_id: 'i-1', name: 'host-1' },
  verdict: 'done',
  reason: null,
  report: null,
  command_id: 'c-1',
} as const;

describe('a rollback of an older version', () => {
  beforeEach(async () => {
    await history.append('r-1', opening);
    await history.putHosts('r-1', 'a', [verdict]);
    await older(await record());
    for (const item of await stored('HOST#r-1')) await older(item);
  });

  test('gets the index attributes of its RECORD, and nothing else changes', async () => {
    const before = await record();
    await run();
    expect(await record()).toEqual({ ...before, ...indexAttributes(recordOf(await history.events('r-1'))) });
  });

  test('is found by host', async () => {
    await run();
    expect(await stored('HOST#r-1')).toMatchObject([{ by_host: 'i-1', started: `${START}#r-1#a` }]);
  });

  test('is indexed again if the attributes are of another format', async () => {
    await tables.db.send(
      new PutCommand({ TableName: 'history', Item: { ...(await record()), started: 'x', summary: { format: 0 } } }),
    );
    await run();
    expect(await record()).toMatchObject({ started: `${START}#r-1`, summary: { format: 1 } });
  });

  test('is indexed by the second pass if an old function stores its RECORD again', async () => {
    await run();
    await older(await record());
    hours = 25;
    await run();
    expect(await record()).not.toHaveProperty('by_mode');
    hours = 26;
    await run();
    expect(await record()).toHaveProperty('by_mode', 'live');
  });

  test('keeps a RECORD that was stored with more events meanwhile', async () => {
    const [read] = (await items().read(null)).older.filter(({ pk }) => pk === 'RECORD#r-1');
    await history.append('r-1', { id: 'x', type: 'Fleet taken', at: START, detail: { fence: 7 } });
    const newer = await record();
    if (read) await items().index(read);
    expect(await record()).toEqual(newer);
  });
});

test('verdicts of a look at hosts stay as they are', async () => {
  await history.putHosts('look_1', 'health', [verdict]);
  const before = await stored('HOST#look_1');
  await run();
  expect(await stored('HOST#look_1')).toEqual(before);
});

test('a large table is read 500 items at a time', async () => {
  for (let n = 0; n < 501; n += 1)
    await older({ ...recordKey(`r-${n}`), rollback_id: `r-${n}`, start_time: START, events: 1 });
  const indexed = async () => {
    const ids = Array.from({ length: 501 }, (_, n) => `r-${n}`);
    return (await Promise.all(ids.map(record))).filter((one) => one?.['started'] !== undefined).length;
  };
  await run();
  expect(await indexed()).toBe(500);
  await run();
  expect(await indexed()).toBe(501);
});

test('nothing to do costs one request', async () => {
  await run();
  tables.requests.length = 0;
  await run();
  expect(tables.requests).toEqual(['GetItem']);
});

test('a function that has found nothing to do reads nothing until the second pass is due', async () => {
  await run();
  const again = indexer();
  await again();
  tables.requests.length = 0;
  await again();
  expect(tables.requests).toEqual([]);
  hours = 26;
  await again();
  expect(tables.requests).toEqual(['GetItem', 'Scan', 'PutItem']);
});

test('a pass that fails half way is continued where it began', async () => {
  await older({ ...recordKey('r-1'), rollback_id: 'r-1', start_time: START, events: 1 });
  let down = true;
  tables.failing((action) => (down && action === 'UpdateItem' ? 'InternalServerError' : undefined));
  await expect(run()).rejects.toThrow();
  down = false;
  await run();
  expect(await record()).toHaveProperty('by_mode', 'live');
  expect((await tables.db.send(new GetCommand({ TableName: 'state', Key: indexingKey }))).Item).toMatchObject({
    done: true,
  });
});
