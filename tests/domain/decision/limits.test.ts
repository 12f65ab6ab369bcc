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
])('a %s rollback from 09:00 must be over at %s', (severity, at) => {
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
    ['of a lesser severity', 'MEDIUM'],
  ])('an alarm %s does not change the limit', (_, severity) => {
    expect(limitOf(start('HIGH'), [joined(severity, at0940)], limits)).toMatchObject({
      severity: 'HIGH',
      at: '2026-03-02T10:00:00.000Z',
    });
  });

  test('a second alarm of the new severity does not restart the limit', () => {
    const alarms = [joined('CRITICAL', at0940), joined('CRITICAL', '2026-03-02T09:50:00.000Z')];
    expect(limitOf(start('MEDIUM'), alarms, limits).from).toBe(at0940);
  });

  test('the worst of two joined alarms counts', () => {
    const alarms = [joined('HIGH', '2026-03-02T09:10:00.000Z'), joined('CRITICAL', at0940)];
    expect(limitOf(start('MEDIUM'), alarms, limits)).toMatchObject({ severity: 'CRITICAL', from: at0940 });
  });
});

test("expects each step's usual duration, or its timeout if that is unknown", () => {
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

  test('is kept while the remaining steps fit', () => {
    expect(look('04:59')).toEqual({ state: 'within' });
  });

  test('is forecast to be missed as soon as they do not fit', () => {
    expect(look('05:00')).toMatchObject({ state: 'will miss' });
    expect(look('07:30')).toEqual({
      state: 'will miss',
      says: 'The limit for CRITICAL is 2026-03-02T09:15:00.000Z, in 7.5 minutes; the remaining steps take about 10 minutes. The limit will be missed by about 2.5 minutes. Still to do: Restore previous version, Resume operations.',
    });
  });

  test('is kept until its last second if no step remains', () => {
    expect(look('14:59', [])).toEqual({ state: 'within' });
  });

  test('is missed at its own instant, because the procedure says less than 15 minutes', () => {
    expect(look('15:00', [])).toMatchObject({ state: 'missed' });
  });

  test('is reported as missed, with the remaining steps', () => {
    expect(look('18:00')).toEqual({
      state: 'missed',
      says: 'The limit for CRITICAL is 2026-03-02T09:15:00.000Z; it was missed 3 minutes ago. Still to do: Restore previous version, Resume operations.',
    });
  });
});
