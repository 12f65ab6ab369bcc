import { beforeEach, describe, expect, test } from 'vitest';
import type { Connection } from '../../../cli/account/clients.ts';
import { readCounters, readDeployed, readNotCounted, readProgress } from '../../../cli/account/read-statistics.ts';
import { linkOf } from '../../../domain/history/link.ts';
import { contributionOf } from '../../../domain/statistics/contribution.ts';
import { tableNames } from '../../../domain/tables.ts';
import { deploymentsIn } from '../../../lambdas/stores/deployments.ts';
import { linksIn } from '../../../lambdas/stores/links.ts';
import { statisticsIn } from '../../../lambdas/stores/statistics.ts';
import { eventsOf } from '../../domain/statistics/sample-rollbacks.ts';
import { emptyTables } from '../../lambdas/tables.ts';

const names = tableNames('local');
let tables: Awaited<ReturnType<typeof emptyTables>>;
let connection: Connection;
beforeEach(async () => {
  tables = await emptyTables(Object.values(names));
  connection = { name: 'local', db: tables.db } as Connection;
});

async function count(rollbacks: number) {
  for (const n of Array.from({ length: rollbacks }).keys()) {
    const found = contributionOf(eventsOf({ id: `r-${n}`, start: '2026-11-05T10:00:00.000Z', ended: 7 + n }));
    if (found) await statisticsIn(tables.db, names.history).count(found, 1);
  }
}

test.each([1, 30])('the counters of a month with %i rollbacks are read by one request', async (rollbacks) => {
  await count(rollbacks);
  const progress = await readProgress(connection);
  tables.requests.length = 0;
  const [cell] = await readCounters(connection, progress, '2026-11', 'live');
  expect([tables.requests, cell?.counters['count']]).toEqual([['Query'], rollbacks]);
});

test('the counters of plans are apart', async () => {
  await count(1);
  expect(await readCounters(connection, await readProgress(connection), '2026-11', 'plan')).toEqual([]);
});

test('deployments are read of the first month up to the last one, each in its month', async () => {
  const deployments = deploymentsIn(tables.db, names.state);
  for (const at of [
    '2026-09-30T23:59:59.999Z',
    '2026-10-01T00:00:00.000Z',
    '2026-11-30T23:59:59.999Z',
    '2026-12-01T00:00:00.000Z',
  ])
    await deployments.record(1, { version: 'v1', at });
  expect(await readDeployed(connection, 1, ['2026-10', '2026-11'])).toEqual([
    { phase: 1, month: '2026-10' },
    { phase: 1, month: '2026-11' },
  ]);
});

describe('the links that are not counted yet', () => {
  const notCounted = async () => readNotCounted(connection, await readProgress(connection));
  const link = (at: string) =>
    linksIn(tables.db, names.history).append(linkOf('sealed', 'r', { count: 1, head: 'x' }), { at });
  const upTo = (month: string, sequence: number, closed = false) =>
    statisticsIn(tables.db, names.history).keepUpTo({ month, sequence, closed });

  test('are none in an empty history', async () => expect(await notCounted()).toBe(0));

  test('are all if none is counted', async () => {
    await link('2026-11-05T10:00:00.000Z');
    expect(await notCounted()).toBe(1);
  });

  test('are those behind the last one that is counted', async () => {
    for (const day of [5, 6, 7]) await link(`2026-11-0${day}T10:00:00.000Z`);
    await upTo('2026-11', 1);
    expect(await notCounted()).toBe(2);
  });

  test('are those of the next month with links, if the month is over', async () => {
    await link('2026-10-05T10:00:00.000Z');
    await link('2026-12-05T10:00:00.000Z');
    await upTo('2026-10', 2, true);
    expect(await notCounted()).toBe(1);
  });
});
