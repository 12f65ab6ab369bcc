import { expect, test } from 'vitest';
import { type MetricOutage, metricOutages } from '../../src/hosts/metric-outages.ts';

const measured = { LatencyMs: 120, Accuracy: 94 };
const after = (silence: MetricOutage) => {
  let seconds = 0;
  const silent = metricOutages({ now: () => seconds * 1000 });
  silent.add(silence);
  return { silent, at: (second: number) => (seconds = second) };
};

test('keeps back all metrics of its phase, and those of no other', () => {
  const { silent } = after({ phase: 2 });
  expect(silent.heard('2', measured)).toEqual({});
  expect(silent.heard('1', measured)).toEqual(measured);
});

test('keeps back only the metrics it names', () => {
  expect(after({ phase: 2, metrics: ['LatencyMs'] }).silent.heard('2', measured)).toEqual({ Accuracy: 94 });
});

test('ends when its time is over', () => {
  const { silent, at } = after({ phase: 2, for: 60 });
  at(59);
  expect(silent.heard('2', measured)).toEqual({});
  at(60);
  expect(silent.heard('2', measured)).toEqual(measured);
});

test('without a time does not end', () => {
  const { silent, at } = after({ phase: 2 });
  at(86_400);
  expect(silent.heard('2', measured)).toEqual({});
});

test('is unmet until it has kept something back, each metric that it names', () => {
  const { silent } = after({ phase: 2, metrics: ['LatencyMs', 'Latncy'] });
  silent.heard('1', measured);
  expect(silent.unmet()).toHaveLength(2);
  silent.heard('2', measured);
  expect(silent.unmet()).toEqual(['phase 2 was not to publish Latncy, and no host measured it meanwhile']);
});

test('of a phase that nobody reports is unmet', () => {
  const { silent } = after({ phase: 9 });
  silent.heard('1', measured);
  expect(silent.unmet()).toEqual(['phase 9 was not to publish any metric, and no host measured it meanwhile']);
});
