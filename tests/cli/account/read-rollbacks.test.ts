import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Connection } from '../../../cli/account/clients.ts';
import { nearValues } from '../../../cli/account/near-values.ts';
import { type RollbackPage, readRollbacks } from '../../../cli/account/read-rollbacks.ts';
import type { HistoryFilter } from '../../../domain/history/history-query.ts';
import type { RollbackRecord } from '../../../domain/history/record.ts';
import { hostIndexAttributes, indexAttributes } from '../../../domain/history/record-index.ts';
import { hostKey, recordKey } from '../../../domain/tables.ts';
import { emptyTables } from '../../lambdas/tables.ts';

const history = 'rollback-test-history';
let tables: Awaited<ReturnType<typeof emptyTables>>;
let connection: Connection;
beforeEach(async () => {
  tables = await emptyTables([history]);
  connection = { db: tables.db, name: 'test' } as Connection;
});

const minute = (n: number) => new Date(Date.parse('2026-11-01T00:00:00Z') + n * 60_000).toISOString();
const put = (Item: Record<string, unknown>) => tables.db.send(new PutCommand({ TableName: history, Item }));

/** Stores rollback `r-<n>`, which began in minute n. */
async function rollback(n: number, fields: Partial<RollbackRecord> = {}): Promise<void> {
  const record = { rollback_id: `r-${n}`, phase: 2, mode: 'live', start_time: minute(n), ...fields } as RollbackRecord;
  await put({ ...recordKey(record.rollback_id), ...record, ...indexAttributes(record) });
}
/** Stores the reports of a host on the steps of rollback `r-<n>`. */
async function host(instance: string, n: number, ...steps: string[]): Promise<void> {
  for (const step of steps)
    await put({ ...hostKey(`r-${n}`, step, instance), ...hostIndexAttributes(instance, `r-${n}`, step, minute(n)) });
}
const ids = ({ rollbacks }: RollbackPage) => rollbacks.map(({ rollback_id }) => rollback_id);

/** Small bounds: the same rules, with fewer rollbacks to store. */
const bounds = { rollbacks: 20, hostItems: 10, records: 4 };

/** Turns all pages of a list, and returns the ids of each. */
async function pages(filter: HistoryFilter, limit: number): Promise<string[][]> {
  const all: string[][] = [];
  let after: RollbackPage['next'];
  do {
    const page = await readRollbacks(connection, { filter, limit, ...(after ? { after } : {}) }, bounds);
    all.push(ids(page));
    after = page.next;
  } while (after !== undefined && all.length < 20);
  return all;
}

describe('a page', () => {
  test('has the newest rollbacks first', async () => {
    for (const n of [2, 1, 3]) await rollback(n);
    expect(await pages({}, 20)).toEqual([['r-3', 'r-2', 'r-1']]);
  });

  test.each([
    [3, [['r-4', 'r-3', 'r-2'], ['r-1']]],
    [4, [['r-4', 'r-3', 'r-2', 'r-1']]],
    [
      2,
      [
        ['r-4', 'r-3'],
        ['r-2', 'r-1'],
      ],
    ],
    [1, [['r-4'], ['r-3'], ['r-2'], ['r-1']]],
  ])('of %i is full, and is the last one exactly if nothing follows', async (limit, expected) => {
    for (const n of [1, 2, 3, 4]) await rollback(n);
    expect(await pages({}, limit)).toEqual(expected);
    expect(await pages({ phase: 2 }, limit)).toEqual(expected);
  });

  test('continues between rollbacks that began in the same millisecond', async () => {
    for (const n of [1, 2, 3]) await rollback(n, { start_time: minute(1) });
    expect(await pages({}, 2)).toEqual([['r-3', 'r-2'], ['r-1']]);
  });

  test('has only what passes every filter', async () => {
    await rollback(1, { severity: 'HIGH', operator: 'ana' });
    await rollback(2, { severity: 'CRITICAL', operator: 'ana' });
    await rollback(3, { severity: 'CRITICAL', operator: 'ben' });
    await rollback(4, { severity: 'CRITICAL', operator: 'ana', mode: 'plan' });
    expect(await pages({ severity: 'CRITICAL', operator: 'ana' }, 20)).toEqual([['r-2']]);
  });

  test('has rollbacks from the first instant on, and before the last', async () => {
    for (const n of [1, 2, 3, 4]) await rollback(n);
    expect(await pages({ phase: 2, from: minute(2), to: minute(4) }, 20)).toEqual([['r-3', 'r-2']]);
  });

  test('takes two requests at most, and is short if the other filters let few through', async () => {
    for (let n = 0; n < 25; n += 1) await rollback(n, { severity: 'HIGH' });
    const puts = tables.requests.length;
    const filter = { severity: 'HIGH', phase: 3 };
    const page = await readRollbacks(connection, { filter, limit: 2 }, bounds);
    expect(page).toMatchObject({ rollbacks: [], read: 20, next: { ...recordKey('r-5'), started: `${minute(5)}#r-5` } });
    expect(tables.requests.slice(puts)).toEqual(['Query', 'Query']);
    expect(await pages(filter, 2)).toEqual([[], []]);
  });

  test('reads 1,500 rollbacks at most', async () => {
    await rollback(1);
    const limits: unknown[] = [];
    tables.failing((_, request) => {
      limits.push((request as { Limit: number }).Limit);
      return undefined;
    });
    await readRollbacks(connection, { filter: { phase: 2 }, limit: 200 });
    expect(limits).toEqual([1005]);
  });

  test('takes one request if nothing is filtered, and reads one rollback more than it shows', async () => {
    for (let n = 0; n < 25; n += 1) await rollback(n);
    const puts = tables.requests.length;
    const page = await readRollbacks(connection, { filter: {}, limit: 20 });
    expect([page.rollbacks.length, page.read, tables.requests.slice(puts)]).toEqual([20, 21, ['Query']]);
  });
});

describe('a page by host', () => {
  test('has a row per rollback, however many steps the host reported', async () => {
    for (const n of [1, 2]) await rollback(n);
    await host('i-1', 1, 'clear-cache', 'restore-code', 'verify');
    await host('i-1', 2, 'clear-cache', 'restore-code');
    await host('i-2', 2, 'clear-cache');
    expect(await pages({ host: 'i-1' }, 20)).toEqual([['r-2', 'r-1']]);
    expect(await pages({ host: 'i-1' }, 1)).toEqual([['r-2'], ['r-1']]);
    expect(await pages({ host: 'i-2' }, 20)).toEqual([['r-2']]);
  });

  test('takes two requests, and judges the other filters by the RECORDs', async () => {
    await rollback(1, { severity: 'HIGH' });
    await rollback(2, { severity: 'CRITICAL' });
    await rollback(3, { severity: 'HIGH', mode: 'plan' });
    for (const n of [1, 2, 3]) await host('i-1', n, 'clear-cache', 'verify');
    const puts = tables.requests.length;
    const page = await readRollbacks(connection, { filter: { host: 'i-1', severity: 'HIGH' }, limit: 20 });
    expect([ids(page), tables.requests.slice(puts)]).toEqual([['r-1'], ['Query', 'BatchGetItem']]);
  });

  test('is not cut in the middle of a rollback, by items nor by records: each comes once', async () => {
    const steps = [4, 1, 1, 1, 1, 1, 6, 5];
    for (const [n, count] of steps.entries()) {
      await rollback(n);
      await host('i-1', n, ...Array.from({ length: count }, (_, step) => `step-${step}`));
    }
    const all = await pages({ host: 'i-1' }, 20);
    expect(all).toEqual([
      ['r-7', 'r-6'],
      ['r-5', 'r-4', 'r-3', 'r-2'],
      ['r-1', 'r-0'],
    ]);
  });

  test('names a rollback whose RECORD is missing', async () => {
    await rollback(1);
    for (const n of [1, 2]) await host('i-1', n, 'verify');
    const page = await readRollbacks(connection, { filter: { host: 'i-1' }, limit: 20 });
    expect([ids(page), page.withoutRecord]).toEqual([['r-1'], ['r-2']]);
  });

  test('has a RECORD that has no index attributes yet', async () => {
    await put({ ...recordKey('r-1'), rollback_id: 'r-1', phase: 2, start_time: minute(1) });
    await host('i-1', 1, 'verify');
    expect(await pages({ host: 'i-1', phase: 2 }, 20)).toEqual([['r-1']]);
  });
});

describe('copies with the same place in the order hide no row', () => {
  const copy = async (n: number, pk: string) => {
    const record = { rollback_id: `r-${n}`, phase: 2, mode: 'live', start_time: minute(n) } as RollbackRecord;
    await put({ pk, sk: 'x', ...record, ...indexAttributes(record) });
  };

  test.each([1, 2, 3])('of RECORDs, on pages of %i', async (limit) => {
    for (const n of [1, 2, 3, 4]) {
      await rollback(n);
      for (const pk of ['A', 'B', 'RECORE', 'Z']) await copy(n, pk);
    }
    expect((await pages({}, limit)).flat()).toEqual(['r-4', 'r-3', 'r-2', 'r-1']);
  });

  test('of RECORDs, more than one page reads', async () => {
    for (const n of [1, 2]) await rollback(n);
    for (let i = 0; i < 50; i += 1) await copy(2, `COPY#${i}`);
    expect((await pages({ phase: 2 }, 2)).flat()).toEqual(['r-2', 'r-1']);
  });

  test('of HOST items, more than one page reads', async () => {
    for (const n of [1, 2, 3]) await rollback(n);
    for (const n of [1, 2, 3]) await host('i-1', n, 'clear-cache', 'verify');
    for (let i = 0; i < 25; i += 1)
      await put({ pk: `COPY#${i}`, sk: 'x', ...hostIndexAttributes('i-1', 'r-2', 'verify', minute(2)) });
    expect([...new Set((await pages({ host: 'i-1' }, 1)).flat())]).toEqual(['r-3', 'r-2', 'r-1']);
  });

  test('of a HOST item that was moved to an older start, no row between is lost', async () => {
    for (const n of [1, 2, 3]) await rollback(n);
    for (const n of [1, 2, 3]) await host('i-1', n, 'clear-cache');
    await put({ ...hostKey('r-3', 'verify', 'i-1'), ...hostIndexAttributes('i-1', 'r-3', 'verify', minute(0)) });
    expect([...new Set((await pages({ host: 'i-1' }, 1)).flat())]).toEqual(['r-3', 'r-2', 'r-1']);
  });
});

test('a page that begins at no place of the index is refused in a sentence', async () => {
  tables.failing(() => 'ValidationException');
  const after = { pk: 'A', sk: 'x', started: minute(1) };
  await expect(readRollbacks(connection, { filter: {}, limit: 2, after })).rejects.toThrow(
    'The page token names no place in this list. Run the command again without --page to begin at the newest rollback.',
  );
});

describe('an item that somebody invented is named by its key, and not listed:', () => {
  const copied = { rollback_id: 'r-1', phase: 2, mode: 'live', start_time: minute(1) } as RollbackRecord;

  test.each([
    { pk: 'FOO#1', sk: 'x' },
    { pk: 'RECORD#r-1', sk: 'RECORD2' },
    { pk: 'RECORD#r-2', sk: 'RECORD' },
  ])('a copy of a RECORD at $pk, $sk', async (key) => {
    await rollback(1);
    await put({ ...key, ...copied, ...indexAttributes(copied) });
    const page = await readRollbacks(connection, { filter: {}, limit: 20 });
    expect([ids(page), page.strange, page.next]).toEqual([['r-1'], [key], undefined]);
  });

  test('an item that is filed under a host', async () => {
    const key = { pk: 'FOO#1', sk: 'x' };
    await rollback(1);
    await host('i-1', 1, 'verify');
    await put({ ...key, ...hostIndexAttributes('i-1', 'r-9', 'verify', minute(9)) });
    const page = await readRollbacks(connection, { filter: { host: 'i-1' }, limit: 20 });
    expect([ids(page), page.strange, page.withoutRecord, page.next]).toEqual([['r-1'], [key], [], undefined]);
  });
});

describe('an index that cannot be read is named:', () => {
  const read = () => readRollbacks(connection, { filter: { phase: 2 }, limit: 20 });
  const failing = (name: string, message: string) => {
    connection = {
      name: 'test',
      db: { send: () => Promise.reject(Object.assign(new Error(message), { name })) },
    } as unknown as Connection;
  };

  test('it does not exist yet', async () => {
    failing('ValidationException', 'The table does not have the specified index: by-phase');
    await expect(read()).rejects.toThrow(
      /^There is no index by-phase of table rollback-test-history yet\. Deploy it.*docs\/deploy\.md#indexes-of-/,
    );
  });

  test('DynamoDB still fills it', async () => {
    failing('ValidationException', 'Cannot read from backfilling global secondary index: by-phase');
    await expect(read()).rejects.toThrow(
      /^DynamoDB still fills index by-phase of table rollback-test-history\. Wait until it is ACTIVE/,
    );
  });

  test('IAM denies it', async () => {
    failing('AccessDeniedException', 'User ana is not authorized to perform: dynamodb:Query');
    await expect(read()).rejects.toThrow(
      /^You may not read index by-phase of table rollback-test-history \(User ana .*\)\. Each of the policies rollback-test-operator, -approver and -auditor allows it/,
    );
  });
});

describe('a list without rollbacks suggests', () => {
  const near = (filter: HistoryFilter) => nearValues(connection, filter);
  beforeEach(async () => {
    tables = await emptyTables([history, 'rollback-test-state']);
    connection = { db: tables.db, name: 'test' } as Connection;
    await rollback(1, {
      operator: 'ana',
      principal: 'arn:aws:iam::1:user/ana',
      deployment: { version: 'v1.4.0' } as never,
    });
    const seen = { pk: 'SEEN', sk: 'i-00000000000000001', name: 'trader-a' };
    await tables.db.send(new PutCommand({ TableName: 'rollback-test-state', Item: seen }));
  });

  test.each<[HistoryFilter, string, string, string]>([
    [{ operator: 'anna' }, 'operator', 'anna', 'ana'],
    [{ principal: 'arn:aws:iam::1:user/anna' }, 'principal', 'arn:aws:iam::1:user/anna', 'arn:aws:iam::1:user/ana'],
    [{ version: 'v1.4' }, 'version', 'v1.4', 'v1.4.0'],
    [{ host: 'trader-a' }, 'host', 'trader-a', 'i-00000000000000001'],
    [{ host: 'trader-b' }, 'host', 'trader-b', 'i-00000000000000001'],
    [{ host: 'i-0000000000000001' }, 'host', 'i-0000000000000001', 'i-00000000000000001'],
  ])('for %j a known value', async (asked, filter, found, value) => {
    expect(await near(asked)).toEqual([{ filter, found, near: value }]);
  });

  test.each<HistoryFilter>([
    { operator: 'ana' },
    { operator: 'somebody' },
    { host: 'i-00000000000000002' },
    { host: 'foo' },
    { phase: 3 },
  ])('nothing for %j', async (asked) => expect(await near(asked)).toEqual([]));
});
