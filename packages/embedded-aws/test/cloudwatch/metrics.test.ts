import { expect, test } from 'vitest';
import { Series } from '../../src/cloudwatch/metrics.ts';
import { setOf } from '../../src/cloudwatch/statistic-set.ts';

const START = Date.parse('2026-01-05T09:00:00Z');
const hours = 3600_000;
const one = setOf(7);

test('values in periods of seconds stay available for three hours', () => {
  const series = new Series();
  series.put(START, one, 1);
  series.put(START + 3 * hours, one, 1);
  expect(series.over(START, 10)).toEqual(one);
});

test('after three hours only the values in periods of minutes stay available', () => {
  const series = new Series();
  series.put(START, one, 1);
  series.put(START + 3 * hours + 10_000, one, 1);
  expect(series.over(START, 10)).toBeUndefined();
  expect(series.over(START, 60)).toEqual(one);
});
