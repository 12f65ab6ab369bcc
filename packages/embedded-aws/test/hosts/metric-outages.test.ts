import { expect, test } from 'vitest';
import { type MetricOutage, metricOutages } from '../../src/hosts/metric-outages.ts';

const measured = { LatencyMs: 120, Accuracy: 94 };
const after = (outage: MetricOutage) => {
  let seconds = 0;
  const outages = metricOutages({ now: () => seconds * 1000 });
  outages.add(outage);
  return { outages, at: (second: number) => (seconds = second) };
};

test('withholds all metrics of its phase only', () => {
  const { outages } = after({ phase: 2 });
  expect(outages.withhold('2', measured)).toEqual({});
  expect(outages.withhold('1', measured)).toEqual(measured);
});

test('withholds only the metrics it names', () => {
  expect(after({ phase: 2, metrics: ['LatencyMs'] }).outages.withhold('2', measured)).toEqual({ Accuracy: 94 });
});

test('ends after its time', () => {
  const { outages, at } = after({ phase: 2, for: 60 });
  at(59);
  expect(outages.withhold('2', measured)).toEqual({});
  at(60);
  expect(outages.withhold('2', measured)).toEqual(measured);
});

test('does not end if it has no time', () => {
  const { outages, at } = after({ phase: 2 });
  at(86_400);
  expect(outages.withhold('2', measured)).toEqual({});
});

test('is unmet for each named metric that it has not withheld', () => {
  const { outages } = after({ phase: 2, metrics: ['LatencyMs', 'Latncy'] });
  outages.withhold('1', measured);
  expect(outages.unmet()).toHaveLength(2);
  outages.withhold('2', measured);
  expect(outages.unmet()).toEqual(['an outage of Latncy in phase 2 withheld nothing: no host measured it meanwhile']);
});

test('is unmet for a phase that no host reports', () => {
  const { outages } = after({ phase: 9 });
  outages.withhold('1', measured);
  expect(outages.unmet()).toEqual([
    'an outage of any metric in phase 9 withheld nothing: no host measured it meanwhile',
  ]);
});
