import { expect, test } from 'vitest';
import { firstBreach } from '../../domain/first-breach.ts';

const data = (recentDatapoints: number[], threshold = 500) =>
  JSON.stringify({
    version: '1.0',
    queryDate: '2026-03-02T09:00:40.985+0000',
    startDate: '2026-03-02T09:00:00.000+0000',
    statistic: 'Maximum',
    period: 10,
    recentDatapoints,
    threshold,
  });

test.each<[string, string | undefined, string | null]>([
  ['the only datapoint, in the documented event', data([620]), '2026-03-02T09:00:00.000Z'],
  ['the first of those above the threshold', data([120, 620, 640]), '2026-03-02T09:00:10.000Z'],
  ['the first of those below it, where low is bad', data([94, 45, 44], 50), '2026-03-02T09:00:10.000Z'],
  ['a datapoint that is at the threshold', data([0, 1], 1), '2026-03-02T09:00:10.000Z'],
  ['not known where there is no reasonData', undefined, null],
  ['not known where it holds no datapoint', data([]), null],
  ['not known where it is not JSON', 'x', null],
])('the first breach is %s', (_, reasonData, expected) => {
  expect(firstBreach(reasonData)).toBe(expected);
});
