import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Happened } from '../../../domain/history/event.ts';
import { type Counters, summed } from '../../../domain/statistics/counters.ts';
import { generationOf } from '../../../domain/statistics/progress.ts';
import { countersOf, eventKey, generationKey } from '../../../domain/tables.ts';
import {
  beginRebuild,
  type CountStatisticsDeps,
  countStatistics,
} from '../../../lambdas/reconcile/count-statistics.ts';
import { type History, historyIn } from '../../../lambdas/stores/history.ts';
import { linksIn } from '../../../lambdas/stores/links.ts';
import { queryItems } from '../../../lambdas/stores/query-items.ts';
import { appendSealed, sealed } from '../../../lambdas/stores/seal.ts';
import { statisticsIn } from '../../../lambdas/stores/statistics.ts';
import { annotated, eventsOf, type Sample } from '../../domain/statistics/sample-rollbacks.ts';
import { emptyTables, noSleep } from '../tables.ts';

let tables: Awaited<ReturnType<typeof emptyTables>>;
let history: History;
let deps: CountStatisticsDeps;
beforeEach(async () => {
  tables = await emptyTables(['history']);
  history = historyIn(tables.db, 'history', noSleep);
  deps = { history, links: linksIn(tables.db, 'history'), statistics: statisticsIn(tables.db, 'history') };
});

const november = '2026-11-05T10:00:00.000Z';
const december = '2026-12-05T10:00:00.000Z';
/** Stores a rollback as its functions do, and seals it at the end. */
async function ended(sample: Partial<Sample> & { readonly id: string }) {
  const events = eventsOf({ start: november, ...sample });
  const [opening, ...later] = events.map(({ id, type, at, detail }): Happened => ({ id, type, at, detail }));
  const chain = await history.append(sample.id, ...(opening ? [opening] : []));
  await history.link(sample.id, 'opened', chain, { at: events[0]?.at ?? november });
  await history.append(sample.id, ...later);
  await sealed(history, sample.id, events.at(-1)?.at ?? november);
}
const run = () => countStatistics(deps);
/** Adds up the counters that readers use. */
async function counters(month = '2026-11'): Promise<Counters> {
  const { months } = await deps.statistics.progress();
  const prefix = `${generationKey(generationOf(months, month))}#`;
  return summed(
    (await queryItems(tables.db, 'history', countersOf(month), prefix)).map((cell) => cell['counters'] as Counters),
  );
}

test('counts what was sealed since the last run, once', async () => {
  await ended({ id: 'a' });
  await run();
  await ended({ id: 'b', ending: 'Needs a person' });
  await run();
  await run();
  expect(await counters()).toMatchObject({ count: 2, ending: { 'Rolled back': 1, 'Needs a person': 1 } });
});

test('counts an annotation, because it is sealed again', async () => {
  await ended({ id: 'a' });
  await run();
  const [type, , detail] = annotated(true);
  await appendSealed(history, 'a', december, { id: 'annotated/1', type, at: december, detail });
  await run();
  expect(await counters()).toMatchObject({ count: 1, false_positive: { true: 1 } });
});

test('goes on with the next month in which links are', async () => {
  await ended({ id: 'a' });
  await ended({ id: 'b', start: december });
  await run();
  expect([await counters('2026-11'), await counters('2026-12')]).toMatchObject([{ count: 1 }, { count: 1 }]);
});

test('counts a link that is appended while a month is read and the next one begins', async () => {
  await ended({ id: 'a' });
  const after: CountStatisticsDeps['links']['after'] = async (...where) => {
    const found = await deps.links.after(...where);
    if (where[0] === '2026-11' && where[1] === 0) {
      await ended({ id: 'b' });
      await ended({ id: 'c', start: december });
    }
    return found;
  };
  await countStatistics({ ...deps, links: { ...deps.links, after } });
  await run();
  expect([await counters('2026-11'), await counters('2026-12')]).toMatchObject([{ count: 2 }, { count: 1 }]);
});

test('counts at most 50 links in one run, and the rest in the next ones', async () => {
  for (const n of Array.from({ length: 30 }).keys()) await ended({ id: `r-${n}` });
  await run();
  expect(await counters()).toMatchObject({ count: 25 }); // two links each
  await run();
  expect(await counters()).toMatchObject({ count: 30 });
});

test('makes two requests if nothing was sealed', async () => {
  await ended({ id: 'a' });
  await run();
  tables.requests.length = 0;
  await run();
  expect(tables.requests).toEqual(['Query', 'Query']);
});

test('counts a run again that was stopped before it kept its progress', async () => {
  await ended({ id: 'a' });
  const keepUpTo = () => Promise.reject(new Error('stopped'));
  await expect(countStatistics({ ...deps, statistics: { ...deps.statistics, keepUpTo } })).rejects.toThrow('stopped');
  await run();
  expect(await counters()).toMatchObject({ count: 1 });
});

test('passes over a history that cannot be read, reports it once, and counts the others', async () => {
  await ended({ id: 'a' });
  await ended({ id: 'b' });
  const other = { ...eventKey('a', 1), type: 'Decided', detail: {}, sequence: 1 };
  await tables.db.send(new PutCommand({ TableName: 'history', Item: other }));
  await expect(run()).rejects.toThrow(
    'Not counted in the statistics, because the history cannot be read: a (The events of a rollback must begin with',
  );
  await run();
  expect(await counters()).toMatchObject({ count: 1 });
});

test('waits for a history that cannot be read now', async () => {
  await ended({ id: 'a' });
  const events = () => Promise.reject(new Error('ThrottlingException'));
  await expect(countStatistics({ ...deps, history: { events } })).rejects.toThrow('ThrottlingException');
  await run();
  expect(await counters()).toMatchObject({ count: 1 });
});

test('counts a deployment that needed two rollbacks as one failed deployment of its own month', async () => {
  const deployed_at = '2026-11-30T23:00:00.000Z';
  await ended({ id: 'a', start: '2026-11-30T23:30:00.000Z', deployed_at, ending: 'Needs a person' });
  await ended({ id: 'b', start: '2026-12-01T00:30:00.000Z', deployed_at });
  await run();
  expect(await counters()).toMatchObject({ count: 1, failed: 1, recovery: { hundredths: 6900 } });
  expect(await counters('2026-12')).not.toHaveProperty('failed');
});

describe('a month that is rebuilt', () => {
  /** Runs until the rebuild is over: a page per mode, and one run to spare. */
  const rebuilt = async (month: string) => {
    await beginRebuild(deps, month);
    for (const _ of Array.from({ length: 5 })) await run();
  };
  const deployed_at = '2026-11-30T23:00:00.000Z';
  beforeEach(async () => {
    await ended({ id: 'a' });
    await ended({ id: 'p', mode: 'plan', ending: 'Planned', took: null });
    await ended({ id: 'b', start: '2026-12-01T00:30:00.000Z', deployed_at });
    await run();
  });

  test('has the same counters as before', async () => {
    const before = await counters();
    await rebuilt('2026-11');
    expect((await deps.statistics.progress()).months).toEqual([{ month: '2026-11', generation: 2, rebuild: null }]);
    expect(await counters()).toEqual(before);
    expect(before).toMatchObject({ count: 2, failed: 1 });
  });

  test('is right again after its counters were changed by hand', async () => {
    const before = await counters();
    const cell = (await queryItems(tables.db, 'history', countersOf('2026-11')))[0];
    await tables.db.send(new PutCommand({ TableName: 'history', Item: { ...cell, counters: { count: 99 } } }));
    expect(await counters()).not.toEqual(before);
    await rebuilt('2026-11');
    expect(await counters()).toEqual(before);
  });

  test('counts what is sealed meanwhile in both generations, so readers see it before and after', async () => {
    await beginRebuild(deps, '2026-11');
    await run(); // has read the live rollbacks
    await ended({ id: 'c' });
    await run();
    expect(await counters()).toMatchObject({ count: 3 });
    for (const _ of Array.from({ length: 4 })) await run();
    expect((await deps.statistics.progress()).months[0]?.generation).toBe(2);
    expect(await counters()).toMatchObject({ count: 3 });
  });

  test('is rebuilt once, although it is asked for twice', async () => {
    await beginRebuild(deps, '2026-11');
    await run();
    await rebuilt('2026-11');
    expect((await deps.statistics.progress()).months[0]?.generation).toBe(2);
  });
});
