import { beforeEach, expect, test } from 'vitest';
import type { Connection } from '../../../cli/account/clients.ts';
import { readLinks } from '../../../cli/account/read-links.ts';
import { chained, emptyChain, endOf, type RollbackEvent } from '../../../domain/history/event.ts';
import { type Link, linkOf } from '../../../domain/history/link.ts';
import { type Links, linksIn } from '../../../lambdas/stores/links.ts';
import { inPython } from '../../domain/evidence/python.ts';
import { emptyTables } from '../../lambdas/tables.ts';

let tables: Awaited<ReturnType<typeof emptyTables>>;
let links: Links;
beforeEach(async () => {
  tables = await emptyTables(['rollback-test-history']);
  links = linksIn(tables.db, 'rollback-test-history');
});

/** Events of a rollback: its opening, and a seal at each of the given instants. */
function eventsAt(opened: string, ...sealed: readonly string[]): RollbackEvent[] {
  const events = [chained('r-1', emptyChain, { id: 'opened', type: 'Rollback opened', at: opened, detail: {} })];
  for (const at of sealed) {
    const { count, head } = endOf(events);
    events.push(chained('r-1', { count, head }, { id: `s/${count}`, type: 'Sealed', at, detail: { count, head } }));
  }
  return events;
}

const other = (id: string, at: string) => links.append(linkOf('opened', id, { count: 1, head: 'x' }), { at });
const own = (events: readonly RollbackEvent[], count: number, at: string) =>
  links.append(linkOf(count === 1 ? 'opened' : 'sealed', 'r-1', { count, head: events[count - 1]?.hash ?? '' }), {
    at,
  });

const read = (events: readonly RollbackEvent[]) =>
  readLinks({ db: tables.db, name: 'test' } as unknown as Connection, events);
const shown = async (events: readonly RollbackEvent[]) =>
  Object.fromEntries(
    Object.entries(await read(events)).map(([month, all]) => [
      month,
      all.map((link) => `${link.sequence} ${'rollback' in link ? link.rollback : link.kind}`),
    ]),
  );

/** Returns the findings of verify.py about links. */
const findings = (events: readonly RollbackEvent[], months: Readonly<Record<string, readonly Link[]>>) =>
  inPython<string[]>(
    `
pack = v.Pack('')
pack.values['links.json'] = given['months']
v.check_links(pack, given['events'], 'r-1')
result = pack.findings`,
    { events, months },
  );

test('each link of the rollback has the link before and the link after it', async () => {
  const at = '2026-11-05T10:00:00.000Z';
  const events = eventsAt(at, at);
  for (const id of ['a', 'b']) await other(id, at);
  await own(events, 1, at);
  for (const id of ['c', 'd', 'e']) await other(id, at);
  await own(events, 2, at);
  expect(await shown(events)).toEqual({ '2026-11': ['2 b', '3 r-1', '4 c', '6 e', '7 r-1'] });
  expect(findings(events, await read(events))).toEqual([]);
});

test('a link that begins a month has the link that closed the month before', async () => {
  const events = eventsAt('2026-12-01T00:00:01.000Z');
  await other('a', '2026-11-05T10:00:00.000Z');
  await own(events, 1, '2026-12-01T00:00:01.000Z');
  expect(await shown(events)).toEqual({ '2026-11': ['2 month closed'], '2026-12': ['1 r-1'] });
  expect(findings(events, await read(events))).toEqual([]);
});

test('a link that was late is found in a later month', async () => {
  const events = eventsAt('2026-10-31T23:59:59.000Z', '2026-10-31T23:59:59.000Z');
  await own(events, 1, '2026-10-31T23:59:59.000Z');
  await own(events, 2, '2026-12-02T00:00:00.000Z');
  expect(Object.keys(await shown(events))).toEqual(['2026-10', '2026-12']);
  expect(findings(events, await read(events))).toEqual([]);
});

test('later months are not read once every link is found', async () => {
  const events = eventsAt('2026-01-05T00:00:00.000Z', '2026-01-05T00:00:00.000Z');
  for (const count of [1, 2]) await own(events, count, '2026-01-05T00:00:00.000Z');
  for (const month of ['02', '03', '04', '05']) await other(month, `2026-${month}-05T00:00:00.000Z`);
  tables.requests.length = 0;
  await read(events);
  expect(tables.requests).toEqual(['Query', 'Query']);
});

test.each<[string, (months: Record<string, Link[]>) => void, string]>([
  [
    'a month that does not continue the month before',
    (months) => months['2026-11']?.splice(0, 1, { ...(months['2026-11'][0] as Link), at: 'x' }),
    'links.json: link 2 of 2026-11: changed',
  ],
  [
    'a link without the link before it',
    (months) => months['2026-12']?.splice(1, 1),
    'links.json: link 3 of 2026-12: the link before it is missing',
  ],
  [
    'a rollback without a link',
    (months) => Object.assign(months, { '2026-12': [] }),
    'links.json: no link names rollback r-1: it was invented, or its links were removed',
  ],
])('verify.py finds %s', async (_, change, finding) => {
  const at = '2026-12-01T00:00:01.000Z';
  const events = eventsAt(at, at);
  await other('a', '2026-11-05T10:00:00.000Z');
  await own(events, 1, at);
  await other('b', at);
  await own(events, 2, at);
  const months = structuredClone(await read(events)) as Record<string, Link[]>;
  change(months);
  expect(findings(events, months)).toContain(finding);
});
