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
/** As the table gives it: with the keys of its place. */
const stored = (events: RollbackEvent[]) =>
  events.map((event) => ({ pk: 'EVENT#one', sk: `${event.sequence}`, ...event }));

test('a chain as the product writes it is whole', () => {
  const events = chainOf('a', 'b', 'c');
  expect(brokenChain(stored(events), { events: 3, head: endOf(events).head })).toEqual([]);
});

test('no events and no record are whole', () => expect(brokenChain([], undefined)).toEqual([]));

test.each([
  ['was changed', ([a, b, c]: RollbackEvent[]) => [a, { ...b, detail: { step: 'other' } }, c]],
  ['is missing', ([a, _, c]: RollbackEvent[]) => [a, c]],
  ['stands in the wrong place', ([a, b, c]: RollbackEvent[]) => [a, c, b]],
])('an event that %s breaks it there', (_, change) => {
  expect(brokenChain(stored(change(chainOf('a', 'b', 'c')) as RollbackEvent[]), undefined)).toEqual([
    'history: the chain breaks at event 2 (Step started)',
  ]);
});

test('a record that was made of fewer events is not what they add up to', () => {
  const events = chainOf('a', 'b');
  expect(brokenChain(stored(events), { events: 1, head: endOf(events.slice(0, 1)).head })).toEqual([
    'history: the record was made of 1 events, and there are 2',
  ]);
});
