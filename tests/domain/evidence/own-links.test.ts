import { expect, test } from 'vitest';
import { contradictedByLinks } from '../../../domain/evidence/own-links.ts';
import type { Link } from '../../../domain/history/link.ts';
import { eventsOf } from '../history/small-history.ts';

const events = eventsOf('b', '11-21');
const link = (rollback: string, count: number, head = events[count - 1]?.hash ?? ''): Link => ({
  ...{ kind: 'sealed', rollback, count, head, month: '2026-11', sequence: count, at: '2026-11-21T10:00:00.000Z' },
  ...{ previous_hash: '', hash: '' },
});
const months = (...links: readonly Link[]) => ({ '2026-11': links });

test('links that the events bear out contradict nothing', () => {
  expect(contradictedByLinks(events, months(link('b', 1), link('b', events.length)))).toBeUndefined();
});

test('a history that was cut back to an earlier seal contradicts the link of the later one', () => {
  expect(contradictedByLinks(events.slice(0, 3), months(link('b', 3), link('b', 5)))).toBe(
    'CHANGED: event 5 of b is missing (sealed in 2026-11)',
  );
});

test('a history that was written anew contradicts its link', () => {
  expect(contradictedByLinks(events, months(link('b', 3, 'f'.repeat(64))))).toMatch(
    /^CHANGED: event 3 of b is another/,
  );
});

test('links of other rollbacks say nothing, and nor do none', () => {
  expect(contradictedByLinks(events, months(link('a', 99, 'x')))).toBeUndefined();
});
