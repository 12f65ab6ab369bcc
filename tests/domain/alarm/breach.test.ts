import { describe, expect, test } from 'vitest';
import { breachOf } from '../../../domain/alarm/breach.ts';

const data = (recentDatapoints: number[], threshold = 500, startDate = '2026-03-02T09:00:00.000+0000') =>
  JSON.stringify({
    version: '1.0',
    queryDate: '2026-03-02T09:00:40.985+0000',
    startDate,
    statistic: 'Maximum',
    period: 10,
    recentDatapoints,
    threshold,
  });

test.each<[string, string | null, string | undefined]>([
  ['the only datapoint, in the documented event', data([620]), '2026-03-02T09:00:00.000Z'],
  ['the first of those above the threshold', data([120, 620, 640]), '2026-03-02T09:00:10.000Z'],
  ['the first of those below it, if low is bad', data([94, 45, 44], 50), '2026-03-02T09:00:10.000Z'],
  ['a datapoint that is at the threshold', data([0, 1], 1), '2026-03-02T09:00:10.000Z'],
  ['unknown without reasonData', null, undefined],
  ['unknown without datapoints', data([]), undefined],
  ['unknown if reasonData is not JSON', 'x', undefined],
  ['unknown if startDate is not an instant', data([620], 500, 'yesterday'), undefined],
])('the first breach is %s', (_, reasonData, expected) => {
  expect(breachOf(reasonData)?.from).toBe(expected);
});

describe('the breaching datapoints', () => {
  test.each([
    ['are those above the threshold, up to the newest', data([620, 120, 640]), [620, 640]],
    ['are those below it, if low is bad', data([94, 45, 44], 50), [45, 44]],
  ])('%s', (_, reasonData, values) => {
    expect(breachOf(reasonData)).toMatchObject({ values, to: '2026-03-02T09:00:30.000Z' });
  });
});
