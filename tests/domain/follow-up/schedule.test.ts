import { expect, test } from 'vitest';
import { hoursDue, type NextCheck, nextCheck } from '../../../domain/follow-up/schedule.ts';

const closed = '2026-03-02T09:10:00.000Z';
const hour = 3600_000;
const after = (hours: number) => Date.parse(closed) + hours * hour;

function everyCheck(): NextCheck[] {
  const all: NextCheck[] = [];
  for (let next = nextCheck(closed, after(0)); next; next = nextCheck(closed, Date.parse(next.at))) all.push(next);
  return all;
}

test('every host is asked nine times in a day, five of them in four hours, and the last check is after seven days', () => {
  const all = everyCheck();
  const asked = all.filter(({ hosts }) => hosts).map(({ hours }) => hours);
  expect(asked).toHaveLength(9);
  expect(asked.filter((hours) => hours <= 4)).toHaveLength(5);
  expect(asked.at(-1)).toBe(24);
  expect(all.at(-1)).toEqual({ at: '2026-03-09T09:10:00.000Z', hours: 168, hosts: false });
});

test.each([
  ['at the end', 0, '2026-03-02T09:40:00.000Z'],
  ['at the very instant of a check', 0.5, '2026-03-02T10:10:00.000Z'],
  ['late, so that checks were missed', 9, '2026-03-02T21:10:00.000Z'],
])('the next check %s', (_, hours, at) => {
  expect(nextCheck(closed, after(hours))?.at).toBe(at);
});

test('after seven days it is over', () => {
  expect(nextCheck(closed, after(168))).toBeNull();
});

test.each([
  [0.2, 0],
  [0.51, 0.5],
  [3.9, 3],
  [24, 24],
  [200, 168],
])('a check %d hours after the end is that of %d hours', (hours, due) => {
  expect(hoursDue(closed, after(hours))).toBe(due);
});
