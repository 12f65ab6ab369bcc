import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, test } from 'vitest';
import { firstBreak, type Happened } from '../../../domain/history/event.ts';
import { recordOf } from '../../../domain/history/record.ts';
import { indexAttributes } from '../../../domain/history/record-index.ts';
import type { HostVerdict } from '../../../domain/host/host-verdict.ts';
import { eventKey, recordKey } from '../../../domain/tables.ts';
import { type History, historyIn } from '../../../lambdas/stores/history.ts';
import { emptyTables, noSleep } from '../tables.ts';

let tables: Awaited<ReturnType<typeof emptyTables>>;
let history: History;
beforeEach(async () => {
  tables = await emptyTables();
  history = historyIn(tables.db, 'history', noSleep);
});

const at = '2026-03-02T09:00:00.000Z';
const opening: Happened = { id: 'rollback-opened', type: 'Rollback opened', at, detail: { phase: 1, start_time: at } };
const waiting = (n: number | string): Happened => ({
  id: `waiting/${n}`,
  type: 'Waiting for the fleet',
  at,
  detail: { n },
});
const ids = async () => (await history.events('r-1')).map(({ id }) => id);
const record = async () => (await tables.db.send(new GetCommand({ TableName: 'history', Key: recordKey('r-1') }))).Item;

describe('an event', () => {
  test('is stored under its sequence number, and the new end of the chain is returned', async () => {
    const end = await history.append('r-1', opening);
    const { Item } = await tables.db.send(new GetCommand({ TableName: 'history', Key: eventKey('r-1', 1) }));
    expect(Item).toMatchObject({ sequence: 1, id: 'rollback-opened', hash: end.head });
    expect(end.count).toBe(1);
  });

  test('is stored once if it is appended twice at once', async () => {
    const first = await history.append('r-1', opening);
    expect(await history.append('r-1', opening)).toEqual(first);
    expect(await ids()).toEqual(['rollback-opened']);
  });

  test('is stored once if it is appended again later, and the end of the chain is returned', async () => {
    await history.append('r-1', opening);
    const end = await history.append('r-1', waiting(1), waiting(2));
    expect(await history.append('r-1', waiting(1))).toEqual(end);
    expect(await ids()).toEqual(['rollback-opened', 'waiting/1', 'waiting/2']);
  });

  test('never replaces another event: it is appended behind the end', async () => {
    await history.append('r-1', opening);
    await history.append('r-1', waiting('a'));
    const end = await history.append('r-1', waiting('b'));
    expect(end.count).toBe(3);
    expect(await ids()).toEqual(['rollback-opened', 'waiting/a', 'waiting/b']);
    expect(firstBreak(await history.events('r-1'))).toBeUndefined();
  });

  test('cannot begin a history without an opening: nothing is written', async () => {
    await expect(history.append('r-1', waiting(1))).rejects.toThrow(
      'Rollback r-1 was never opened: it has no history to append "Waiting for the fleet" to.',
    );
    expect(await ids()).toEqual([]);
  });

  test('carries null, texts of any language and nested details through the table unchanged', async () => {
    const detail = { ...opening.detail, reason: null, operator: 'Ana Ünal ✓', nested: { list: [1, 2.5, 'x', null] } };
    await history.append('r-1', { ...opening, detail });
    expect((await history.events('r-1'))[0]?.detail).toEqual(detail);
    expect(firstBreak(await history.events('r-1'))).toBeUndefined();
  });
});

test('two writers interleave without a gap or a loss', async () => {
  await history.append('r-1', opening);
  const other = historyIn(tables.db, 'history', noSleep);
  const write = async (who: History, name: string) => {
    for (let n = 0; n < 10; n += 1) await who.append('r-1', waiting(`${name}${n}`));
  };
  await Promise.all([write(history, 'a'), write(other, 'b')]);

  const events = await history.events('r-1');
  expect(events.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 21 }, (_, i) => i + 1));
  expect(new Set(events.map(({ id }) => id)).size).toBe(21);
  expect(firstBreak(events)).toBeUndefined();
  expect(await record()).toMatchObject({ events: 21, head: events.at(-1)?.hash });
});

test('ten concurrent writers of the same event store it once', async () => {
  await history.append('r-1', opening);
  const ends = await Promise.all(Array.from({ length: 10 }, () => history.append('r-1', waiting(1))));
  expect(new Set(ends.map(({ count }) => count))).toEqual(new Set([2]));
  expect(await ids()).toEqual(['rollback-opened', 'waiting/1']);
});

describe('a chain that this function has in memory', () => {
  const others = () => historyIn(tables.db, 'history', noSleep);

  test('is not read again: an append is one write', async () => {
    await history.append('r-1', opening);
    tables.requests.length = 0;
    await history.append('r-1', waiting(1));
    expect(tables.requests).toEqual(['TransactWriteItems']);
  });

  test('is read again if another function has appended meanwhile: no event is lost or replaced', async () => {
    await history.append('r-1', opening);
    await others().append('r-1', waiting('theirs'));
    tables.requests.length = 0;
    const all = await history.appended('r-1', waiting('mine'));
    expect(tables.requests).toEqual(['TransactWriteItems', 'Query', 'TransactWriteItems']);
    expect(all.map(({ id }) => id)).toEqual(['rollback-opened', 'waiting/theirs', 'waiting/mine']);
    expect(firstBreak(await others().events('r-1'))).toBeUndefined();
    expect(await record()).toMatchObject({ events: 3 });
  });

  test('stores no second event of an id that another function has appended meanwhile', async () => {
    await history.append('r-1', opening);
    await others().append('r-1', waiting(1));
    await history.append('r-1', waiting(1));
    expect(await ids()).toEqual(['rollback-opened', 'waiting/1']);
  });

  test('is never what a reader gets: events() reads the table', async () => {
    await history.append('r-1', opening);
    await others().append('r-1', waiting(1));
    expect(await ids()).toEqual(['rollback-opened', 'waiting/1']);
  });

  test('makes way for those of later rollbacks', async () => {
    await history.append('r-0', opening);
    for (const id of ['r-1', 'r-2', 'r-3', 'r-4']) await history.append(id, opening);
    tables.requests.length = 0;
    await history.append('r-0', waiting(1));
    expect(tables.requests).toEqual(['Query', 'TransactWriteItems']);
  });
});

describe('the record', () => {
  test('is the projection of the events, with its index attributes, and only that', async () => {
    await history.append('r-1', opening, waiting(1));
    const made = recordOf(await history.events('r-1'));
    expect(await record()).toEqual({ ...recordKey('r-1'), ...made, ...indexAttributes(made) });
  });

  test('is stored even if DynamoDB refuses a value as an index key', async () => {
    const detail = { ...opening.detail, operator: '', trigger: 'x'.repeat(2049) };
    await history.append('r-1', { ...opening, detail });
    expect(await record()).toMatchObject({ operator: '', summary: { operator: '' } });
  });

  test('is stored with its events or not at all', async () => {
    await history.append('r-1', opening);
    const before = await record();
    tables.failing((action) => (action === 'TransactWriteItems' ? 'InternalServerError' : undefined));
    await expect(history.append('r-1', waiting(1))).rejects.toMatchObject({ name: 'InternalServerError' });
    expect(await ids()).toEqual(['rollback-opened']);
    expect(await record()).toEqual(before);
  });

  test('of more events than one transaction has is that of all', async () => {
    const many = Array.from({ length: 25 }, (_, n) => waiting(n));
    tables.requests.length = 0;
    await history.append('r-1', opening, ...many);
    expect(tables.requests).toEqual(['Query', ...Array(3).fill('TransactWriteItems')]);
    expect(await record()).toMatchObject({ events: 26 });
  });
});

describe('a transaction that DynamoDB cancels', () => {
  /** Makes DynamoDB cancel the next transactions, one for each list of codes. */
  const cancelled = (...codes: string[][]) =>
    tables.failing((action) =>
      action === 'TransactWriteItems' && codes.length > 0
        ? { __type: 'TransactionCanceledException', CancellationReasons: codes.shift()?.map((Code) => ({ Code })) }
        : undefined,
    );

  test.each(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'])(
    'because of %s is repeated after a pause',
    async (code) => {
      const pauses: number[] = [];
      const paused = historyIn(tables.db, 'history', async (milliseconds) => void pauses.push(milliseconds));
      cancelled(['None', code], ['None', code]);
      await paused.append('r-1', opening);
      expect(await ids()).toEqual(['rollback-opened']);
      expect(pauses).toEqual([50, 100]);
    },
  );

  test('for another reason is an error', async () => {
    cancelled(['ValidationError', 'None']);
    await expect(history.append('r-1', opening)).rejects.toMatchObject({ name: 'TransactionCanceledException' });
  });

  test('again and again ends in an error that names the event', async () => {
    cancelled(...Array.from({ length: 20 }, () => ['TransactionConflict', 'None']));
    await expect(history.append('r-1', opening)).rejects.toThrow(
      'Event rollback-opened of rollback r-1 could not be appended: 20 concurrent-write conflicts.',
    );
  });
});

test('a history longer than one page of a query is read whole', async () => {
  // A page has at most 1 MB: six details of 300 KB make two pages.
  const text = 'x'.repeat(300_000);
  await history.append('r-1', opening);
  for (let n = 0; n < 6; n += 1) await history.append('r-1', { ...waiting(n), detail: { text } });
  const query = {
    TableName: 'history',
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': 'EVENT#r-1' },
  };
  expect((await tables.db.send(new QueryCommand(query))).Items?.length).toBeLessThan(7);
  expect(await history.events('r-1')).toHaveLength(7);
});

test('an error of the table is not mistaken for an event that exists', async () => {
  tables.failing((action) => (action === 'TransactWriteItems' ? 'ProvisionedThroughputExceededException' : undefined));
  await expect(history.append('r-1', opening)).rejects.toMatchObject({
    name: 'ProvisionedThroughputExceededException',
  });
});

describe('the verdicts of hosts', () => {
  const verdict = (n: number, of: HostVerdict['verdict'] = 'done'): HostVerdict => ({
    host: { instance_id: `i-${n}`, name: `host-${n}` },
    verdict: of,
    reason: of === 'done' ? null : 'disk full',
    report: { rows: n },
    command_id: 'c-1',
  });

  test('are stored one per host and step, in more than one batch of 25', async () => {
    await history.putHosts(
      'r-1',
      'clear-cache',
      Array.from({ length: 60 }, (_, n) => verdict(n)),
    );
    expect(await history.hosts('r-1', 'clear-cache')).toHaveLength(60);
  });

  test("are found by host, under their rollback's start", async () => {
    await history.append('r-1', opening);
    await history.putHosts('r-1', 'clear-cache', [verdict(1), verdict(2)]);
    const { Items } = await tables.db.send(
      new QueryCommand({
        TableName: 'history',
        IndexName: 'by-host',
        KeyConditionExpression: 'by_host = :host',
        ExpressionAttributeValues: { ':host': 'i-2' },
      }),
    );
    expect(Items).toEqual([
      { pk: 'HOST#r-1', sk: 'clear-cache#i-2', by_host: 'i-2', started: `${at}#r-1#clear-cache` },
    ]);
  });

  test('of a look at hosts are not found by host, because a look is no rollback', async () => {
    await history.putHosts('look_1', 'health', [verdict(1)]);
    const [stored] = await history.hosts('look_1', 'health');
    expect(stored).not.toHaveProperty('by_host');
  });

  test('of a later attempt replace those of an earlier one', async () => {
    await history.putHosts('r-1', 'clear-cache', [verdict(1, 'failed')]);
    await history.putHosts('r-1', 'clear-cache', [verdict(1)]);
    expect(await history.hosts('r-1', 'clear-cache')).toMatchObject([
      { instance_id: 'i-1', name: 'host-1', verdict: 'done', reason: null },
    ]);
  });

  test('of one step do not include those of a step whose name has the same beginning', async () => {
    await history.putHosts('r-1', 'clear-cache-again', [verdict(1)]);
    expect(await history.hosts('r-1', 'clear-cache')).toEqual([]);
  });
});
