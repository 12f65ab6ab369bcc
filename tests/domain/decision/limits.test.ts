import { describe, expect, test } from 'vitest';
import { expectedMinutes, limitForecast, limitOf, type Remaining } from '../../../domain/decision/limits.ts';
import type { Severity } from '../../../domain/severity.ts';

const limits = { CRITICAL: 15 * 60, HIGH: 3600, MEDIUM: 4 * 3600 };
const start = (severity: Severity) => ({ severity, start_time: '2026-03-02T09:00:00.000Z' });
const joined = (severity: Severity, changed_at: string) => ({ severity, changed_at });

test.each<[Severity, string]>([
  ['CRITICAL', '2026-03-02T09:15:00.000Z'],
  ['HIGH', '2026-03-02T10:00:00.000Z'],
  ['MEDIUM', '2026-03-02T13:00:00.000Z'],
  ['LOW', '2026-03-02T13:00:00.000Z'],
])('%s that began at 09:00 must be over at %s', (severity, at) => {
  expect(limitOf(start(severity), [], limits).at).toBe(at);
});

describe('after an upgrade', () => {
  const at0940 = '2026-03-02T09:40:00.000Z';

  test("the worse severity's limit counts, from the alarm that upgraded it", () => {
    expect(limitOf(start('HIGH'), [joined('CRITICAL', at0940)], limits)).toEqual({
      severity: 'CRITICAL',
      from: at0940,
      at: '2026-03-02T09:55:00.000Z',
    });
  });

  test.each<[string, Severity]>([
    ['of the same severity', 'HIGH'],
    ['of a lesser one', 'MEDIUM'],
  ])('an alarm %s moves nothing', (_, severity) => {
    expect(limitOf(start('HIGH'), [joined(severity, at0940)], limits)).toMatchObject({
      severity: 'HIGH',
      at: '2026-03-02T10:00:00.000Z',
    });
  });

  test('a second alarm as bad as the upgrade does not start it anew', () => {
    const alarms = [joined('CRITICAL', at0940), joined('CRITICAL', '2026-03-02T09:50:00.000Z')];
    expect(limitOf(start('MEDIUM'), alarms, limits).from).toBe(at0940);
  });

  test('twice, the worst counts', () => {
    const alarms = [joined('HIGH', '2026-03-02T09:10:00.000Z'), joined('CRITICAL', at0940)];
    expect(limitOf(start('MEDIUM'), alarms, limits)).toMatchObject({ severity: 'CRITICAL', from: at0940 });
  });
});

test('steps are expected to take what they usually do, and as long as they may where that is not known', () => {
  expect(
    expectedMinutes([
      { name: 'a', timeout: 120, usual_seconds: 30 },
      { name: 'b', timeout: 120 },
    ]),
  ).toBe(2.5);
});

describe('the limit', () => {
  const limit = limitOf(start('CRITICAL'), [], limits);
  const tenMinutes: Remaining[] = [
    { name: 'Restore previous version', timeout: 180, usual_seconds: 540 },
    { name: 'Resume operations', timeout: 60 },
  ];
  const look = (time: string, remaining = tenMinutes) =>
    limitForecast(limit, Date.parse(`2026-03-02T09:${time}.000Z`), remaining);

  test('is kept while there is more time than what is left takes', () => {
    expect(look('04:59')).toEqual({ state: 'within' });
  });

  test('will be missed as soon as there is not: it is said before it is', () => {
    expect(look('05:00')).toMatchObject({ state: 'will miss' });
    expect(look('07:30')).toEqual({
      state: 'will miss',
      says: 'The limit for CRITICAL is 2026-03-02T09:15:00.000Z, in 7.5 minutes; the remaining steps take about 10 minutes. The limit will be missed by about 2.5 minutes. Still to do: Restore previous version, Resume operations.',
    });
  });

  test('is kept to its last second when nothing is left to do', () => {
    expect(look('14:59', [])).toEqual({ state: 'within' });
  });

  test('is missed in its own instant: less than 15 minutes were promised', () => {
    expect(look('15:00', [])).toMatchObject({ state: 'missed' });
  });

  test('was missed, with what is still to do', () => {
    expect(look('18:00')).toEqual({
      state: 'missed',
      says: 'The limit for CRITICAL is 2026-03-02T09:15:00.000Z; it was missed 3 minutes ago. Still to do: Restore previous version, Resume operations.',
    });
  });
});
