import { expect, test } from 'vitest';
import { chained, endOf, type RollbackEvent } from '../../domain/history/event.ts';
import { brokenChain } from '../../rehearsals/chain.ts';

const happened = (id: string) => ({
  id,
  type: 'Step started' as const,
  at: '2026-01-05T09:00:00Z',
  detail: { step: id },
});
function chainOf(...ids: string[]): RollbackEvent[] {
  const events: RollbackEvent[] = [];
  for (const id of ids) events.push(chained('one', endOf(events), happened(id)));
  return events;
}
/** Returns events as the table returns them: with the item's keys. */
const stored = (events: RollbackEvent[]) =>
  events.map((event) => ({ pk: 'EVENT#one', sk: `${event.sequence}`, ...event }));

test('a chain that the product wrote is whole', () => {
  const events = chainOf('a', 'b', 'c');
  expect(brokenChain(stored(events), { events: 3, head: endOf(events).head })).toEqual([]);
});

test('no events without a record are whole', () => expect(brokenChain([], undefined)).toEqual([]));

test.each([
  ['was changed', ([a, b, c]: RollbackEvent[]) => [a, { ...b, detail: { step: 'other' } }, c]],
  ['is missing', ([a, _, c]: RollbackEvent[]) => [a, c]],
  ['is out of order', ([a, b, c]: RollbackEvent[]) => [a, c, b]],
])('an event that %s breaks the chain at its place', (_, change) => {
  expect(brokenChain(stored(change(chainOf('a', 'b', 'c')) as RollbackEvent[]), undefined)).toEqual([
    'history: the chain breaks at event 2 (Step started)',
  ]);
});

test('a record of fewer events does not end the chain', () => {
  const events = chainOf('a', 'b');
  expect(brokenChain(stored(events), { events: 1, head: endOf(events.slice(0, 1)).head })).toEqual([
    'history: expected the record to end the chain of 2 events, found a record of 1',
  ]);
});
