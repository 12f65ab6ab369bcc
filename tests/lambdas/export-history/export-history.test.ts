import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, test } from 'vitest';
import { setEvent } from '../../../domain/history/brake-event.ts';
import {
  type ExportedBrakes,
  type ExportedRollback,
  parseExportKey,
  readExportText,
} from '../../../domain/history/export.ts';
import { brokenLink, type Link } from '../../../domain/history/link.ts';
import { verifyExported } from '../../../domain/history/verify.ts';
import { decisionKey, eventKey, hostKey, linkKey, monthKey, questionKey } from '../../../domain/tables.ts';
import { exportHistory } from '../../../lambdas/export-history/export-history.ts';
import { brakesHistoryIn } from '../../../lambdas/stores/brakes-history.ts';
import { exportCursorIn } from '../../../lambdas/stores/export-cursor.ts';
import { exportableLinksIn } from '../../../lambdas/stores/exportable-links.ts';
import { historyIn } from '../../../lambdas/stores/history.ts';
import { questionsIn } from '../../../lambdas/stores/questions.ts';
import { type SmallHistory, smallHistory } from '../../domain/history/small-history.ts';
import { emptyTables, noSleep } from '../tables.ts';

let tables: Awaited<ReturnType<typeof emptyTables>>;
/** The bucket: it keeps the first object of a key. */
let objects: Map<string, string>;
/** Puts in their order, repeats too. */
let puts: string[];
let complete: number;
/** Reads of the chain of the brakes. */
let brakesRead: number;
let now: number;
let failing: (key: string) => boolean;
beforeEach(async () => {
  tables = await emptyTables();
  [objects, puts, complete, brakesRead] = [new Map(), [], 0, 0];
  now = Date.parse('2026-12-20T10:00:00Z');
  failing = () => false;
});

const run = () =>
  exportHistory({
    cursor: exportCursorIn(tables.db, 'state'),
    links: exportableLinksIn(tables.db, 'history'),
    history: historyIn(tables.db, 'history', noSleep),
    brakes: {
      events: () => {
        brakesRead += 1;
        return brakesHistoryIn(tables.db, 'history').events();
      },
    },
    questions: questionsIn(tables.db, 'state'),
    bucket: {
      put: async (key, text) => {
        puts.push(key);
        if (failing(key)) throw new Error('AccessDenied');
        if (!objects.has(key)) objects.set(key, text);
      },
    },
    countComplete: async () => {
      complete += 1;
    },
    now: () => now,
  });

const put = (TableName: string, Item: Record<string, unknown>) => tables.db.send(new PutCommand({ TableName, Item }));

async function storeRollback(id: string, { rollbacks }: SmallHistory, count = 99) {
  const { events = [], hosts = [] } = rollbacks.get(id) ?? {};
  for (const event of events.slice(0, count)) await put('history', { ...eventKey(id, event.sequence), ...event });
  for (const host of hosts)
    await put('history', {
      ...hostKey(id, host.step, host.instance_id),
      ...host,
      rollback: id,
      by_host: 'x',
      started: 'x',
    });
}
async function storeLinks(links: readonly Link[]) {
  for (const link of links) {
    await put('history', monthKey(link.month));
    await put('history', { ...linkKey(link.month, link.sequence), ...link });
  }
}
async function storeAll(history = smallHistory()) {
  for (const id of history.rollbacks.keys()) await storeRollback(id, history);
  for (const links of history.months.values()) await storeLinks(links);
}

describe('the export', () => {
  test('holds each rollback at each of its seals, and every link of closed and open months', async () => {
    await storeAll();
    expect(await run()).toEqual({ objects: 11, waits: null });
    const kinds = [...objects.keys()].map((key) =>
      key
        .split('/')
        .slice(0, 3)
        .join('/')
        .replace(/\/\d{8}-.*/, ''),
    );
    expect(kinds).toEqual([
      ...Array(3).fill('rollbacks/2026-11/a'),
      ...Array(3).fill('rollbacks/2026-11/b'),
      'links/2026-11',
      ...Array(3).fill('rollbacks/2026-12/c'),
      'links/2026-12',
    ]);
  });

  test('is found intact by the verification, object by object', async () => {
    await storeAll();
    await run();
    const findings = [...objects].flatMap(([key, text]) => {
      const parsed = parseExportKey(key);
      return parsed ? verifyExported(parsed, key, text).findings : [{ rollback: null, says: key }];
    });
    expect(findings).toEqual([]);
  });

  test('holds events, RECORD and host reports as they were at the seal', async () => {
    await storeAll();
    await run();
    const [, text = ''] = [...objects].find(([key]) => key.includes('/b/00000009-')) ?? [];
    const { record, events, hosts } = readExportText<ExportedRollback>(text);
    expect([record?.events, events.length, record?.root_cause, hosts]).toEqual([
      9,
      9,
      null,
      smallHistory().rollbacks.get('b')?.hosts,
    ]);
  });

  test('holds the decisions of each question, which only the state table has', async () => {
    await storeAll();
    const answer = { type: 'answer', by: 'arn:d', answer: 'rollback', operator: 'bo', reason: null, at: 'x' };
    await put('state', { ...questionKey('b', 1), rollback: 'b', number: 1 });
    await put('state', { ...decisionKey('b', 1, 1), ...answer });
    await run();
    const [, text = ''] = [...objects].find(([key]) => key.includes('/b/00000009-')) ?? [];
    expect(readExportText<ExportedRollback>(text).decisions).toEqual([
      { number: 1, sk: 'DECISION#0001', item: answer },
    ]);
  });
});

describe('a run', () => {
  test('that finds everything exported puts nothing, counts itself and costs four requests', async () => {
    await storeAll();
    await run();
    [puts, tables.requests.length] = [[], 0];
    expect(await run()).toEqual({ objects: 0, waits: null });
    expect([puts, complete, tables.requests]).toEqual([[], 2, ['GetItem', 'Query', 'Query']]);
    expect(brakesRead).toBe(0);
  });

  test('exports only what is new', async () => {
    const history = smallHistory();
    const [november = [], december = []] = history.months.values();
    for (const id of history.rollbacks.keys()) await storeRollback(id, history);
    await storeLinks(november);
    await run();
    await storeLinks(december);
    puts = [];
    await run();
    expect(puts.map((key) => key.slice(0, key.indexOf('2026')) + key.slice(-0 || undefined).split('/')[1])).toEqual([
      ...Array(3).fill('rollbacks/2026-12'),
      'links/2026-12',
    ]);
  });

  test('that failed is repeated with the same objects', async () => {
    await storeAll();
    failing = (key) => key.startsWith('links/');
    await expect(run()).rejects.toThrow('AccessDenied');
    expect(complete).toBe(0);
    failing = () => false;
    expect(await run()).toEqual({ objects: 11, waits: null });
    expect(objects.size).toBe(11);
  });

  test('ends after 25 s without counting itself, and the next one continues', async () => {
    await storeAll();
    failing = () => {
      now += 9000;
      return false;
    };
    expect(await run()).toEqual({ objects: 4, waits: 'The time of one run was over.' });
    expect(complete).toBe(0);
    failing = () => false;
    await run();
    expect([objects.size, complete]).toEqual([12, 1]); // November's links are in two objects
    expect(brokenLink([...smallHistory().months.values()])).toBeUndefined();
  });
});

describe('a link whose events are not in the history', () => {
  const storeWithout = async (count: number) => {
    const history = smallHistory();
    await storeRollback('a', history);
    await storeRollback('b', history, count);
    await storeLinks(history.months.get('2026-11') ?? []);
  };

  test('waits an hour, because its events may wait in the state table; links before it are exported', async () => {
    await storeWithout(8);
    now = Date.parse('2026-11-20T09:30:00Z');
    expect(await run()).toEqual({
      objects: 4,
      waits: 'The history does not have event 9 of b as link 6 of 2026-11 names it.',
    });
    expect(complete).toBe(0);
  });

  test('is then exported as it is, so that nobody stops the export by deleting an event', async () => {
    await storeWithout(8);
    expect(await run()).toMatchObject({ waits: null });
    const [key = '', text = ''] = [...objects].find(([name]) => name.includes('/b/00000009-')) ?? [];
    const parsed = parseExportKey(key);
    expect(parsed && verifyExported(parsed, key, text).findings[0]?.says).toMatch(/holds 8 events; its seal is of 9/);
  });

  test('is exported without a RECORD if its first event is gone', async () => {
    await storeWithout(0);
    expect(await run()).toMatchObject({ waits: null });
    const [, text = ''] = [...objects].find(([name]) => name.includes('/b/00000009-')) ?? [];
    expect(readExportText<ExportedRollback>(text)).toMatchObject({ record: null, events: [] });
  });
});

test('a month whose closing link was deleted does not stop the export of later months', async () => {
  const history = smallHistory();
  history.months.set('2026-11', (history.months.get('2026-11') ?? []).slice(0, -1));
  await storeAll(history);
  expect(await run()).toMatchObject({ waits: null });
  expect([...objects.keys()].some((key) => key.startsWith('links/2026-12/'))).toBe(true);
});

test('the history of the brakes is an object at each of its changes, and a later one has the earlier events too', async () => {
  const brakes = brakesHistoryIn(tables.db, 'history');
  const at = '2026-12-20T09:00:00.000Z';
  const ana = { operator: 'ana', reason: 'exchange test', at };
  await brakes.append(setEvent('pause', { ...ana, by: 'arn:1' }));
  await brakes.link(at);
  await brakes.append(setEvent('freeze', { ...ana, by: 'arn:2' }));
  await brakes.link(at);
  await run();
  expect(brakesRead).toBe(1);
  const events = await brakes.events();
  const texts = [...objects].filter(([key]) => key.startsWith('brakes/'));
  expect(texts.map(([key]) => key)).toEqual(events.map(({ hash }, i) => `brakes/2026-12/0000000${i + 1}-${hash}.json`));
  expect(texts.map(([, text]) => readExportText<ExportedBrakes>(text).events)).toEqual([events.slice(0, 1), events]);
});
