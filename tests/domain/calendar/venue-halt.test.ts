import { expect, test } from 'vitest';
import { countedAfterHalt, isHalted, mayBeTheVenue } from '../../../domain/calendar/venue-halt.ts';

const at = (time: string) => Date.parse(`2026-03-02T${time}Z`);

test('a venue is halted until two minutes have passed without a word of it', () => {
  expect([isHalted(at('09:00'), at('09:02')), isHalted(at('09:00'), at('09:02:01')), isHalted(null, 0)]).toEqual([
    true,
    false,
    false,
  ]);
});

test.each([
  ['performance_degradation', false, true],
  ['system_failure', true, true],
  ['system_failure', false, false],
  ['data_corruption', false, false],
] as const)('%s, silent %s: may be the venue %s', (trigger, silent, may) => {
  expect(mayBeTheVenue(trigger, silent)).toBe(may);
});

test('an alarm that outlasts a halt of ten hours counts from its end', () => {
  const cause = { start_time: '2026-03-02T09:00:00.000Z' };
  const since = (last: number | null, started: string) =>
    countedAfterHalt(cause, last, `2026-03-02T${started}Z`).start_time;
  expect(since(at('19:00'), '19:03')).toBe('2026-03-02T19:00:00.000Z');
  expect([since(null, '09:01'), since(at('19:00'), '19:01'), since(at('08:59'), '09:03')]).toEqual(
    Array(3).fill(cause.start_time),
  );
});
