import { expect, test } from 'vitest';
import { hoursDue, type NextCheck, nextCheck } from '../../../domain/follow-up/schedule.ts';

const closed = '2026-03-02T09:10:00.000Z';
const hour = 3600_000;
const after = (hours: number) => Date.parse(closed) + hours * hour;

function everyCheck(end = closed): NextCheck[] {
  const all: NextCheck[] = [];
  for (let next = nextCheck(end, Date.parse(end)); next; next = nextCheck(end, Date.parse(next.at))) all.push(next);
  return all;
}

test('every host is asked nine times in a day, five of them in four hours, then until the sixth day; the last check is after seven days', () => {
  const all = everyCheck();
  const asked = all.filter(({ hosts }) => hosts).map(({ hours }) => hours);
  expect(asked.filter((hours) => hours <= 24)).toHaveLength(9);
  expect(asked.filter((hours) => hours <= 4)).toHaveLength(5);
  expect(asked.slice(9)).toEqual([48, 96, 144]);
  expect(all.at(-1)).toEqual({ at: '2026-03-09T09:10:00.000Z', hours: 168, hosts: false });
});

test('a trading session ends before the last check of the hosts, also after a weekend with a holiday before and one after it', () => {
  const thursdayEvening = '2026-04-02T20:00:00.000Z'; // before Good Friday; Easter Monday is closed too
  const tuesdayEvening = Date.parse('2026-04-07T20:00:00.000Z');
  const asked = everyCheck(thursdayEvening).filter(({ hosts }) => hosts);
  expect(asked.some(({ at }) => Date.parse(at) >= tuesdayEvening)).toBe(true);
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
