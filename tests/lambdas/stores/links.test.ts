import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, test } from 'vitest';
import { brokenLink, linkOf } from '../../../domain/history/link.ts';
import { monthKey } from '../../../domain/tables.ts';
import { type Links, linksIn } from '../../../lambdas/stores/links.ts';
import { emptyTables } from '../tables.ts';

let tables: Awaited<ReturnType<typeof emptyTables>>;
let links: Links;
beforeEach(async () => {
  tables = await emptyTables();
  links = linksIn(tables.db, 'history');
});

const opened = (rollback: string) => linkOf('opened', rollback, { count: 1, head: `${rollback}/1` });
const append = (rollback: string, at: string) => links.append(opened(rollback), { at });
const all = async () => Promise.all((await links.months()).map((month) => links.ofMonth(month)));

describe('a link', () => {
  test('is appended to the month of its instant', async () => {
    await append('a', '2026-11-05T10:00:00Z');
    const link = await append('b', '2026-11-06T10:00:00Z');
    expect([link.month, link.sequence]).toEqual(['2026-11', 2]);
  });

  test('of a new month closes the month before and continues its hash', async () => {
    await append('a', '2026-11-30T23:59:00Z');
    await append('b', '2026-12-01T00:01:00Z');
    const [november, december] = await all();
    expect(november?.map(({ kind }) => kind)).toEqual(['opened', 'month closed']);
    expect(december?.[0]?.previous_hash).toBe(november?.[1]?.hash);
  });

  test('continues the newest month with links if months without any lie between', async () => {
    await append('a', '2026-08-30T10:00:00Z');
    await append('b', '2026-12-01T00:01:00Z');
    expect(await links.months()).toEqual(['2026-08', '2026-12']);
    expect(brokenLink(await all())).toBeUndefined();
  });

  test('of a closed month is written to the month that is open', async () => {
    await append('a', '2026-11-30T23:59:00Z');
    await append('b', '2026-12-01T00:01:00Z');
    const late = await append('c', '2026-11-30T23:59:59Z');
    expect([late.month, late.sequence]).toEqual(['2026-12', 2]);
  });

  test('of a month that was closed before it had a successor begins the next month', async () => {
    await append('a', '2026-11-30T23:59:00Z');
    await links.closeBefore('2026-12-01T00:00:00Z');
    const late = await append('b', '2026-11-30T23:59:59Z');
    expect(late.month).toBe('2026-12');
    expect(brokenLink(await all())).toBeUndefined();
  });

  test('says that it was late', async () => {
    const link = await links.append(opened('a'), { at: '2026-11-05T10:00:00Z', late: true });
    expect(link.late).toBe(true);
  });
});

test('twenty writers at once, over the end of a month, leave one intact chain with every link', async () => {
  await append('first', '2026-11-30T23:59:00Z');
  const instants = ['2026-11-30T23:59:59.999Z', '2026-12-01T00:00:00.000Z'];
  await Promise.all(Array.from({ length: 20 }, (_, n) => append(`r-${n}`, instants[n % 2] ?? '')));
  const months = await all();
  expect(brokenLink(months)).toBeUndefined();
  const rollbacks = months.flat().flatMap((link) => ('rollback' in link ? [link.rollback] : []));
  expect(new Set(rollbacks).size).toBe(21);
});

describe('a month that a stopped writer began without a link', () => {
  beforeEach(async () => {
    await append('a', '2026-10-05T10:00:00Z');
    await tables.db.send(new PutCommand({ TableName: 'history', Item: monthKey('2026-11') }));
  });

  test('is passed over by a later month, which the closing link of the month before it names', async () => {
    await append('b', '2026-12-01T10:00:00Z');
    const [october, november, december] = await all();
    expect(october?.at(-1)).toMatchObject({ kind: 'month closed', next: '2026-12' });
    expect(november).toEqual([]);
    expect(brokenLink([october ?? [], december ?? []])).toBeUndefined();
  });

  test('takes the next link of that month', async () => {
    const link = await append('b', '2026-11-05T10:00:00Z');
    expect([link.month, link.sequence]).toEqual(['2026-11', 1]);
    expect(brokenLink(await all())).toBeUndefined();
  });
});

test('two writers that begin two months at once leave one intact chain', async () => {
  await append('first', '2026-10-05T10:00:00Z');
  await Promise.all([append('b', '2026-11-30T23:59:59.999Z'), append('c', '2026-12-01T00:00:00.000Z')]);
  expect(brokenLink(await all())).toBeUndefined();
});

test('closing the months before an instant repeats without effect', async () => {
  await append('a', '2026-11-05T10:00:00Z');
  await links.closeBefore('2026-12-01T00:00:00Z');
  await links.closeBefore('2026-12-01T00:01:00Z');
  expect((await all())[0]?.map(({ kind }) => kind)).toEqual(['opened', 'month closed']);
});

test('closing the months before an instant costs no request once its month has links', async () => {
  await append('a', '2026-11-05T10:00:00Z');
  await append('b', '2026-12-01T10:00:00Z');
  await links.closeBefore('2026-12-01T10:01:00Z');
  tables.requests.length = 0;
  await links.closeBefore('2026-12-01T10:02:00Z');
  expect(tables.requests).toEqual([]);
  await links.closeBefore('2027-01-01T00:00:00Z');
  expect((await all())[1]?.map(({ kind }) => kind)).toEqual(['opened', 'month closed']);
});

test('a link costs two requests once its month has begun', async () => {
  await append('a', '2026-11-05T10:00:00Z');
  tables.requests.length = 0;
  await append('b', '2026-11-06T10:00:00Z');
  expect(tables.requests).toEqual(['Query', 'PutItem']);
});
