import { expect, test } from 'vitest';
import { incidentOf, pastRange, periodsOf } from '../../../cli/account/past-account.ts';
import type { RollbackRecord } from '../../../domain/history/record.ts';

const now = Date.parse('2026-11-30T12:30:00Z');
const from = (days: number) => Date.parse('2026-11-30T12:00:00Z') - days * 86_400_000;
const to = Date.parse('2026-11-30T13:00:00Z');

const periods = (days: number) =>
  periodsOf({ from: from(days), to }, now).map((one) => [
    one.period_seconds,
    new Date(one.from).toISOString().slice(0, 16),
    new Date(one.to).toISOString().slice(0, 16),
  ]);

test('each stretch of time is read with the finest period that CloudWatch still keeps', () => {
  expect(periods(90)).toEqual([
    [10, '2026-11-30T10:00', '2026-11-30T13:00'],
    [60, '2026-11-15T13:00', '2026-11-30T10:00'],
    [300, '2026-09-28T13:00', '2026-11-15T13:00'],
    [3600, '2026-09-01T12:00', '2026-09-28T13:00'],
  ]);
});

test('a day needs no coarse data', () => {
  expect(periods(1)).toEqual([
    [10, '2026-11-30T10:00', '2026-11-30T13:00'],
    [60, '2026-11-29T12:00', '2026-11-30T10:00'],
  ]);
});

test('a past that ends earlier is read with the periods that are kept of it now', () => {
  const end = Date.parse('2026-11-10T12:34:00Z');
  const ranges = periodsOf(pastRange(90, end), now);
  expect(
    ranges.map((one) => [one.period_seconds, ...[one.from, one.to].map((at) => new Date(at).toISOString())]),
  ).toEqual([
    [300, '2026-09-28T13:00:00.000Z', '2026-11-10T12:30:00.000Z'],
    [3600, '2026-08-12T12:00:00.000Z', '2026-09-28T13:00:00.000Z'],
  ]);
});

test('a past of which nothing is kept any more has no period', () => {
  expect(periodsOf(pastRange(90, Date.parse('2025-06-01T00:00:00Z')), now)).toEqual([]);
});

test('a rollback of several phases is an incident of each', () => {
  const times = { start_time: '2026-11-10T09:00:00.000Z', breaching_since: null, completion_time: null };
  const record = {
    rollback_id: 'r-1',
    phase: 2,
    phases: [3, 2],
    annotation: null,
    root_cause: 'a full disk',
    ...times,
  };
  expect(incidentOf(record as unknown as RollbackRecord, '2026-11-10T10:00:00.000Z')).toEqual({
    id: 'r-1',
    phase: 2,
    phases: [3, 2],
    from: '2026-11-10T09:00:00.000Z',
    to: '2026-11-10T10:00:00.000Z',
    real: true,
  });
});
