import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, test } from 'vitest';
import { chainAfter, emptyChain, firstBreak, type Happened } from '../../../domain/history/event.ts';
import { contradictions } from '../../../domain/history/link.ts';
import { recordOf } from '../../../domain/history/record.ts';
import type { HostVerdict } from '../../../domain/host/host-verdict.ts';
import { writeLateHistory } from '../../../lambdas/reconcile/write-late-history.ts';
import { bufferedHistory } from '../../../lambdas/stores/buffered-history.ts';
import { type History, historyIn, type StoredVerdict } from '../../../lambdas/stores/history.ts';
import { type HistoryBuffer, historyBufferIn } from '../../../lambdas/stores/history-buffer.ts';
import { type Links, linksIn } from '../../../lambdas/stores/links.ts';
import { sealed } from '../../../lambdas/stores/seal.ts';
import { opening, START } from '../opened-rollback.ts';
import { emptyTables, noSleep } from '../tables.ts';

type Down = 'nothing' | 'history' | 'history writes' | 'links' | 'state';
let down: Down;
let plain: History;
let historyBuffer: HistoryBuffer;
let history: History;
let links: Links;
let minute: number;
let db: DynamoDBDocumentClient;
let fail: Awaited<ReturnType<typeof emptyTables>>['failing'];
beforeEach(async () => {
  const tables = await emptyTables();
  fail = tables.failing;
  db = tables.db;
  links = linksIn(db, 'history');
  fail((action, request) => {
    const text = JSON.stringify(request);
    const writes = ['PutItem', 'TransactWriteItems', 'BatchWriteItem'].includes(action);
    if (down === 'history' && text.includes('"history"')) return 'InternalServerError';
    if (down === 'history writes' && writes && text.includes('"history"')) return 'InternalServerError';
    if (down === 'links' && writes && text.includes('"CHAIN')) return 'InternalServerError';
    if (down === 'state' && text.includes('"state"')) return 'InternalServerError';
    return undefined;
  });
  down = 'nothing';
  minute = 0;
  plain = historyIn(db, 'history', noSleep);
  historyBuffer = historyBufferIn(db, 'state');
  history = bufferedHistory(plain, historyBuffer, () => Date.parse(START) + minute * 60_000);
});

/** All events have the same time, as under a stopped clock. */
const step = (n: number, type: Happened['type'] = 'Step started'): Happened => ({
  id: `${type === 'Step started' ? 'step-started' : 'step-ended'}/a/${n}`,
  type,
  at: START,
  detail: { step: 'a', attempt: n, hosts_done: 3, hosts: 3 },
});
const verdict = (n: number, how: 'done' | 'failed' = 'done'): HostVerdict => ({
  host: { instance_id: `i-${n}`, name: `host-${n}` },
  verdict: how,
  reason: how === 'done' ? null : 'disk full',
  report: { lost: false },
  command_id: 'c-1',
});
const verdictOf = (n: number): StoredVerdict => {
  const { host, ...rest } = verdict(n);
  return { step: 'a', ...host, ...rest };
};
const stored = async (rollback = 'r-1') =>
  (await plain.events(rollback)).map(({ type, detail }) => [type, detail['attempt']].join(' ').trim());

test('looks for waiting writes once in ten seconds, and again after it has kept one itself', async () => {
  await history.append('r-1', opening);
  await historyBuffer.keepEvents('r-1', [step(1)]); // by another function
  await history.append('r-1', step(2));
  expect(await stored()).toEqual(['Rollback opened', 'Step started 2']);
  minute = 1;
  await history.append('r-1', step(3));
  expect(await stored()).toEqual([
    'Rollback opened',
    'Step started 2',
    'Step started 1',
    'History caught up',
    'Step started 3',
  ]);
});

test('writes the same history as without a buffer while the table accepts writes', async () => {
  const chain = await history.append('r-1', opening, step(1));
  expect(await stored()).toEqual(['Rollback opened', 'Step started 1']);
  expect(chain.head).toBe((await plain.events('r-1')).at(-1)?.hash);
  expect(await historyBuffer.rollbacks()).toEqual([]);
});

describe('a table that refuses writes', () => {
  beforeEach(async () => {
    await history.append('r-1', opening);
    down = 'history writes';
    await history.append('r-1', step(1));
    await history.append('r-1', step(1, 'Step done'));
    await history.append('r-1', step(2));
  });

  test('stores nothing and stops no rollback', async () => {
    expect(await stored()).toEqual(['Rollback opened']);
  });

  test('readers get the waiting events too, in an unbroken chain', async () => {
    const events = await history.events('r-1');
    expect(events.map(({ id }) => id)).toEqual([
      'rollback-opened',
      'step-started/a/1',
      'step-ended/a/1',
      'step-started/a/2',
    ]);
    expect(firstBreak(events)).toBeUndefined();
    expect(recordOf(events).steps).toMatchObject([{ step: 'a', attempts: 2 }]);
  });

  test('stores all waiting events in order, with the next event', async () => {
    down = 'nothing';
    const chain = await history.append('r-1', step(3));
    expect(await stored()).toEqual([
      'Rollback opened',
      'Step started 1',
      'Step done 1',
      'Step started 2',
      'History caught up',
      'Step started 3',
    ]);
    expect(firstBreak(await plain.events('r-1'))).toBeUndefined();
    expect(chain.count).toBe(6);
  });

  test('the record has the number of late events', async () => {
    down = 'nothing';
    await history.append('r-1', step(3));
    expect(recordOf(await plain.events('r-1')).history_late).toBe(3);
  });

  test('stores nothing twice: the buffer is empty afterwards', async () => {
    down = 'nothing';
    await history.append('r-1', step(3));
    await history.append('r-1', step(4));
    expect((await stored()).filter((one) => one === 'History caught up')).toHaveLength(1);
    expect([await historyBuffer.read('r-1'), await historyBuffer.rollbacks()]).toEqual([[], []]);
  });

  test('buffers an event that is appended twice only once', async () => {
    await history.append('r-1', step(2));
    expect(await historyBuffer.read('r-1')).toHaveLength(3);
  });

  test('keeps more than nine events in order', async () => {
    for (const n of [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]) await history.append('r-1', step(n));
    const order = (await history.events('r-1')).filter(({ type }) => type === 'Step started');
    expect(order.map(({ detail }) => detail['attempt'])).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  test('stores the rest later if it fails again half way', async () => {
    down = 'nothing';
    await plain.append('r-1', step(1));
    await history.append('r-1', step(3));
    expect((await stored()).filter((one) => one === 'Step started 1')).toHaveLength(1);
    expect(firstBreak(await plain.events('r-1'))).toBeUndefined();
  });
});

describe('a rollback that is opened while the table refuses', () => {
  test('has its history as soon as the table accepts writes, opening first', async () => {
    down = 'history writes';
    await history.append('r-1', opening);
    await history.append('r-1', step(1));
    down = 'nothing';
    await history.append('r-1', step(2));
    expect((await stored()).slice(0, 2)).toEqual(['Rollback opened', 'Step started 1']);
  });

  test('has no history if it was never opened, as without a buffer', async () => {
    await expect(history.append('r-9', step(1))).rejects.toThrow('Rollback r-9 was never opened');
  });
});

describe('a rollback that was never opened, because the history could not be read', () => {
  const paged: Happened = { id: 'message-sent/page', type: 'Message sent', at: START, detail: { message: 'page' } };
  const reconcileWrites = () => writeLateHistory(history, historyBuffer, () => Date.parse(START) + 60_000);
  beforeEach(async () => {
    down = 'history';
    await history.append('r-9', paged);
  });

  test('keeps its events while the table cannot be read', async () => {
    await expect(reconcileWrites()).rejects.toThrow();
    expect(await historyBuffer.read('r-9')).toHaveLength(1);
  });

  test('has no history once it can: what waited is dropped', async () => {
    down = 'nothing';
    await reconcileWrites();
    expect([await stored('r-9'), await historyBuffer.read('r-9'), await historyBuffer.rollbacks()]).toEqual([
      [],
      [],
      [],
    ]);
  });

  test('keeps its events if its opening waits too', async () => {
    await history.append('r-1', opening, step(1));
    down = 'nothing';
    await reconcileWrites();
    expect(await stored()).toEqual(['Rollback opened', 'Step started 1', 'History caught up']);
  });
});

describe('Reconcile finds a rollback whose write waits', () => {
  /** Does something before the first request whose command, as JSON, matches. */
  const doneBefore = (pattern: RegExp, work: () => Promise<unknown>): DynamoDBDocumentClient => {
    let isDone = false;
    const send = async (command: { readonly input: object }) => {
      const matches = !isDone && pattern.test(`${command.constructor.name} ${JSON.stringify(command.input)}`);
      if (matches) {
        isDone = true;
        await work();
      }
      return db.send(command as never);
    };
    return { send } as unknown as DynamoDBDocumentClient;
  };
  const ofReconcile = /^DeleteCommand .*"pk":"LATE","sk":"r-1"/;

  test.each([0, 1, 2, 3])('although the function that kept it ended after %d writes', async (most) => {
    let writes = 0;
    fail((action) => (action === 'PutItem' && ++writes > most ? 'InternalServerError' : undefined));
    await historyBuffer.keepLink('r-1', 'opened').catch(() => {});
    if ((await historyBuffer.read('r-1')).length > 0) expect(await historyBuffer.rollbacks()).toEqual(['r-1']);
    expect(writes).toBeGreaterThanOrEqual(Math.min(most, 2));
  });

  test('although Reconcile forgets the rollback in that instant, because nothing waited', async () => {
    const interrupted = doneBefore(ofReconcile, () => historyBuffer.keepEvents('r-1', [step(1)]));
    await historyBufferIn(interrupted, 'state').drop('r-1', []);
    expect(await historyBuffer.rollbacks()).toEqual(['r-1']);
    expect(await historyBuffer.read('r-1')).toHaveLength(1);
  });

  test.each([
    ['event', (buffer: HistoryBuffer) => buffer.keepEvents('r-1', [step(1)]), '1#'],
    ['verdict', (buffer: HistoryBuffer) => buffer.keepHosts('r-1', 'a', [verdictOf(1)]), '2#'],
    ['link', (buffer: HistoryBuffer) => buffer.keepLink('r-1', 'opened'), '3#'],
  ])('although Reconcile forgets it just before the %s is kept', async (_, keep, sk) => {
    const interrupted = doneBefore(new RegExp(`^PutCommand .*"sk":"${sk}`), () => historyBuffer.drop('r-1', []));
    await keep(historyBufferIn(interrupted, 'state'));
    expect(await historyBuffer.rollbacks()).toEqual(['r-1']);
  });
});

test('a history that Reconcile cannot write holds up no other', async () => {
  await history.append('r-1', opening);
  down = 'history writes';
  await history.append('r-1', step(1));
  const unreadable = { ...historyBuffer, rollbacks: async () => ['r-0', 'r-1'] };
  const read: HistoryBuffer['read'] = (one) =>
    one === 'r-0' ? Promise.reject(new Error('r-0 cannot be read')) : historyBuffer.read(one);
  down = 'nothing';
  minute = 2;
  const writing = writeLateHistory(history, { ...unreadable, read }, () => Date.parse(START));
  await expect(writing).rejects.toThrow('r-0 cannot be read');
  expect(await stored()).toContain('Step started 1');
});

describe("hosts' verdicts", () => {
  beforeEach(async () => {
    await history.append('r-1', opening);
    await history.putHosts('r-1', 'a', [verdict(1, 'failed'), verdict(2)]);
    down = 'history writes';
    await history.putHosts('r-1', 'a', [verdict(1)]);
    await history.putHosts('r-1', 'b', [verdict(3)]);
  });
  const seen = async (of: History) =>
    (await of.everyHost('r-1')).map((one) => `${one.step} ${one.name} ${one.verdict}`).toSorted();

  test('readers get waiting verdicts instead of older stored ones', async () => {
    expect(await seen(history)).toEqual(['a host-1 done', 'a host-2 done', 'b host-3 done']);
    expect((await history.hosts('r-1', 'a')).map(({ name }) => name).toSorted()).toEqual(['host-1', 'host-2']);
    expect(await seen(plain)).toEqual(['a host-1 failed', 'a host-2 done']);
  });

  test('are stored with the next event, and counted as late', async () => {
    down = 'nothing';
    await history.append('r-1', step(1));
    expect(await seen(plain)).toEqual(['a host-1 done', 'a host-2 done', 'b host-3 done']);
    expect(recordOf(await plain.events('r-1')).history_late).toBe(2);
  });

  test('a waiting verdict does not overwrite a newer one', async () => {
    down = 'nothing';
    await history.putHosts('r-1', 'b', [verdict(3, 'failed')]);
    await history.append('r-1', step(1));
    expect(await seen(plain)).toContain('b host-3 failed');
    expect(await seen(history)).toContain('b host-3 failed');
  });
});

describe('a rollback that closes while the table refuses', () => {
  const close: Happened = {
    id: 'rollback-closed',
    type: 'Rollback closed',
    at: START,
    detail: { ending: 'Rolled back', problem: null },
  };
  beforeEach(async () => {
    await history.append('r-1', opening);
    down = 'history writes';
    await history.append('r-1', close);
    await sealed(history, 'r-1', START);
    down = 'nothing';
    minute = 2;
  });
  const fits = async () => {
    const events = await plain.events('r-1');
    const last = events.at(-1);
    expect(firstBreak(events)).toBeUndefined();
    expect(last).toMatchObject({ type: 'Sealed', detail: { count: events.length - 1, head: events.at(-2)?.hash } });
  };

  test('is found by Reconcile, which writes its history and seals it', async () => {
    expect(await historyBuffer.rollbacks()).toEqual(['r-1']);
    await writeLateHistory(history, historyBuffer, () => Date.parse(START) + 120_000);
    expect(await stored()).toEqual(['Rollback opened', 'Rollback closed', 'Sealed', 'History caught up', 'Sealed']);
    expect(recordOf(await plain.events('r-1'))).toMatchObject({ ending: 'Rolled back', history_late: 2 });
    expect(await historyBuffer.rollbacks()).toEqual([]);
    await fits();
  });

  test('is left for the next minute while the table still refuses writes', async () => {
    down = 'history writes';
    await writeLateHistory(history, historyBuffer, () => 0).catch(() => {});
    expect(await historyBuffer.rollbacks()).toEqual(['r-1']);
  });
});

test('a table that recovers between the closing and its seal gets a seal with the right count', async () => {
  await history.append('r-1', opening);
  down = 'history writes';
  await history.append('r-1', step(1));
  down = 'nothing';
  await sealed(history, 'r-1', START);
  const events = await plain.events('r-1');
  expect(events.at(-1)).toMatchObject({ type: 'Sealed', detail: { count: events.length - 1 } });
});

test('writes the history even if the state table is down', async () => {
  down = 'state';
  await history.append('r-1', opening, step(1));
  expect(await stored()).toEqual(['Rollback opened', 'Step started 1']);
});

describe('a link', () => {
  const open = async () => {
    const chain = await history.append('r-1', opening);
    await history.link('r-1', 'opened', chain, { at: START });
  };
  const close = () => sealed(history, 'r-1', START);
  const linked = async () => (await links.ofMonth('2026-03')).map(({ kind, late = false }) => ({ kind, late }));
  /** Returns what an auditor finds if the stored history is held against the links. */
  const findings = async () => {
    const events = await plain.events('r-1');
    return contradictions(await links.ofMonth('2026-03'), [
      { rollback: 'r-1', hashOf: (count) => events[count - 1]?.hash },
    ]);
  };

  test('is written at once while the table accepts it', async () => {
    await open();
    await close();
    expect(await linked()).toEqual([
      { kind: 'opened', late: false },
      { kind: 'sealed', late: false },
    ]);
    expect(await findings()).toEqual([]);
  });

  test.each<Down>(['history writes', 'links'])('waits while the table refuses %s, and is marked late', async (what) => {
    down = what;
    await open();
    await close();
    down = 'nothing';
    await writeLateHistory(history, historyBuffer, () => Date.parse(START) + 60_000);
    expect((await linked()).slice(0, 2)).toEqual([
      { kind: 'opened', late: true },
      { kind: 'sealed', late: true },
    ]);
    expect(await findings()).toEqual([]);
    expect([await historyBuffer.read('r-1'), await historyBuffer.rollbacks()]).toEqual([[], []]);
  });

  test('that is refused alone adds no event: the history is as it would have been', async () => {
    down = 'links';
    await open();
    down = 'nothing';
    await history.append('r-1', step(1));
    expect(await stored()).toEqual(['Rollback opened', 'Step started 1']);
    expect(await linked()).toEqual([{ kind: 'opened', late: true }]);
  });

  test('that is refused on and on delays no event', async () => {
    down = 'links';
    await open();
    await history.append('r-1', step(1));
    await history.append('r-1', step(2));
    expect(await stored()).toEqual(['Rollback opened', 'Step started 1', 'Step started 2']);
    expect(await historyBuffer.rollbacks()).toEqual(['r-1']);
  });

  test('never names a chain that could not be read', async () => {
    await history.append('r-1', opening);
    await history.link('r-1', 'opened', emptyChain, { at: START });
    expect(await linked()).toEqual([]);
    await history.append('r-1', step(1));
    expect(await links.ofMonth('2026-03')).toMatchObject([chainAfter((await plain.events('r-1'))[0] as never)]);
  });

  test('stops no rollback if neither table takes it', async () => {
    const chain = await history.append('r-1', opening);
    const broken = bufferedHistory(
      { ...plain, link: () => Promise.reject(new Error('history is down')) },
      { ...historyBuffer, keepLink: () => Promise.reject(new Error('state is down')) },
      () => 0,
    );
    await expect(broken.link('r-1', 'opened', chain, { at: START })).resolves.toBeUndefined();
  });
});

test('verdicts that waited with the opening are found by host', async () => {
  down = 'history writes';
  await history.append('r-1', opening);
  await history.putHosts('r-1', 'a', [verdict(1)]);
  down = 'nothing';
  await history.append('r-1', step(1));
  expect(await plain.everyHost('r-1')).toMatchObject([{ by_host: 'i-1', started: `${START}#r-1#a` }]);
});
