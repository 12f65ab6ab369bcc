import { expect, test } from 'vitest';
import { Series } from '../../src/cloudwatch/metrics.ts';
import { setOf } from '../../src/cloudwatch/statistic-set.ts';

const START = Date.parse('2026-01-05T09:00:00Z');
const hours = 3600_000;
const one = setOf(7);

test('a period of seconds can be asked for three hours, as CloudWatch keeps it', () => {
  const series = new Series();
  series.put(START, one, 1);
  series.put(START + 3 * hours, one, 1);
  expect(series.over(START, 10)).toEqual(one);
});

test('and not after that, while the minute it fell into stays', () => {
  const series = new Series();
  series.put(START, one, 1);
  series.put(START + 3 * hours + 10_000, one, 1);
  expect(series.over(START, 10)).toBeUndefined();
  expect(series.over(START, 60)).toEqual(one);
});
