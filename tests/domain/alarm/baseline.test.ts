import { describe, expect, test } from 'vitest';
import { baselineWindows, compareWithBaseline } from '../../../domain/alarm/baseline.ts';

const counter = true;

test.each<[string, Parameters<typeof compareWithBaseline>, string, string]>([
  ['a counter at zero', ['Errors', [0, 0], [], counter], 'at baseline', 'Errors is 0.'],
  ['a counter at zero that was not before', ['Errors', [0, 0], [5], counter], 'at baseline', 'Errors is 0.'],
  ['a counter that counted once', ['Errors', [0, 3, 1], [3], counter], 'off', 'Errors is 3, not 0.'],
  [
    'a counter that says nothing',
    ['Errors', [], [0], counter],
    'no data',
    'Errors has no datapoints in the bake time.',
  ],
  [
    'the baseline itself',
    ['LatencyMs', [40], [30, 50], !counter],
    'at baseline',
    'LatencyMs is within 10 % of 40, or better.',
  ],
  ['10 % above', ['LatencyMs', [110], [100], !counter], 'at baseline', 'LatencyMs is within 10 % of 100, or better.'],
  [
    '10 % below',
    ['Accuracy', [90], [100], !counter, 'value', 'below'],
    'at baseline',
    'Accuracy is within 10 % of 100, or better.',
  ],
  [
    '11 % below, which is worse',
    ['Accuracy', [89], [100], !counter, 'value', 'below'],
    'off',
    'Accuracy is 89; its baseline is 100.',
  ],
  [
    'half of it, which is better',
    ['CostPercent', [50], [100], !counter],
    'at baseline',
    'CostPercent is within 10 % of 100, or better.',
  ],
  [
    'twice of it, which is better',
    ['Accuracy', [99], [50], !counter, 'value', 'below'],
    'at baseline',
    'Accuracy is within 10 % of 50, or better.',
  ],
  [
    'a little more than 10 % above',
    ['LatencyMs', [110.1], [100], !counter],
    'off',
    'LatencyMs is 110.1; its baseline is 100.',
  ],
  ['one of two far off', ['LatencyMs', [100, 900], [100], !counter], 'off', 'LatencyMs is 900; its baseline is 100.'],
  ['no datapoints', ['LatencyMs', [], [100], !counter], 'no data', 'LatencyMs has no datapoints in the bake time.'],
  [
    'nothing to compare with',
    ['LatencyMs', [100], [], !counter],
    'no data',
    'LatencyMs has no baseline to compare with.',
  ],
  ['a baseline of zero', ['Percent', [0], [0, 0], !counter], 'at baseline', 'Percent is within 10 % of 0, or better.'],
  [
    'a degradation of 9.9',
    ['Percent', [9.9], [0], !counter, 'degradation'],
    'at baseline',
    'Percent is within 10 of 0, or better.',
  ],
  [
    'a degradation that was worse',
    ['Percent', [0], [6], !counter, 'degradation'],
    'at baseline',
    'Percent is within 10 of 6, or better.',
  ],
  ['a degradation of 14', ['Percent', [14], [2], !counter, 'degradation'], 'off', 'Percent is 14; its baseline is 2.'],
])('%s', (_, given, state, says) => {
  expect(compareWithBaseline(...given)).toEqual({ state, says });
});

describe('where a baseline is found', () => {
  const since = '2026-03-02T09:00:00.000Z';

  test('the hour before the deployment, and else the hour around the same time the day before', () => {
    expect(baselineWindows(since, { at: '2026-03-02T08:50:00.000Z' }, 60)).toEqual([
      {
        of: 'before the deployment',
        from: '2026-03-02T07:50:00.000Z',
        to: '2026-03-02T08:50:00.000Z',
        period_seconds: 60,
      },
      {
        of: 'the same hour the day before',
        from: '2026-03-01T08:30:00.000Z',
        to: '2026-03-01T09:30:00.000Z',
        period_seconds: 60,
      },
    ]);
  });

  test('the day before, where no deployment is on record', () => {
    expect(baselineWindows(since, null, 60).map(({ of }) => of)).toEqual(['the same hour the day before']);
  });

  test.each([
    [10, 60],
    [60, 60],
    [300, 300],
  ])(
    "an alarm's periods of %i s are compared in periods of %i s, which CloudWatch still has a day later",
    (given, kept) => {
      expect(baselineWindows(since, null, given)[0]?.period_seconds).toBe(kept);
    },
  );
});
