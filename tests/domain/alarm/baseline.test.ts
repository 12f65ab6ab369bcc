import { describe, expect, test } from 'vitest';
import { baselineWindows, compareWithBaseline, keptPeriod } from '../../../domain/alarm/baseline.ts';

const above = { counter: false, measures: 'value', worse: 'above' } as const;
const errors = { ...above, metric: 'Errors', counter: true };
const latency = { ...above, metric: 'LatencyMs' };
const cost = { ...above, metric: 'CostPercent' };
const percent = { ...above, metric: 'Percent' };
const accuracy = { ...above, metric: 'Accuracy', worse: 'below' } as const;
const degradation = { ...above, metric: 'Percent', measures: 'degradation' } as const;

test.each<[string, Parameters<typeof compareWithBaseline>, string, string]>([
  ['a counter at zero', [errors, [0, 0], []], 'at baseline', 'Errors is 0.'],
  ['a counter at zero that was above zero before', [errors, [0, 0], [5]], 'at baseline', 'Errors is 0.'],
  ['a counter above zero', [errors, [0, 3, 1], [3]], 'off', 'Errors is 3, not 0.'],
  ['a counter without datapoints', [errors, [], [0]], 'no data', 'Errors has no datapoints in the bake time.'],
  ['the baseline itself', [latency, [40], [30, 50]], 'at baseline', 'LatencyMs is within 10 % of 40, or better.'],
  ['10 % above', [latency, [110], [100]], 'at baseline', 'LatencyMs is within 10 % of 100, or better.'],
  ['10 % below', [accuracy, [90], [100]], 'at baseline', 'Accuracy is within 10 % of 100, or better.'],
  ['11 % below, which is worse', [accuracy, [89], [100]], 'off', 'Accuracy is 89; its baseline is 100.'],
  ['half of it, which is better', [cost, [50], [100]], 'at baseline', 'CostPercent is within 10 % of 100, or better.'],
  ['twice of it, which is better', [accuracy, [99], [50]], 'at baseline', 'Accuracy is within 10 % of 50, or better.'],
  ['a little more than 10 % above', [latency, [110.1], [100]], 'off', 'LatencyMs is 110.1; its baseline is 100.'],
  ['one of two datapoints far off', [latency, [100, 900], [100]], 'off', 'LatencyMs is 900; its baseline is 100.'],
  ['no datapoints', [latency, [], [100]], 'no data', 'LatencyMs has no datapoints in the bake time.'],
  ['no baseline', [latency, [100], []], 'no data', 'LatencyMs has no baseline to compare with.'],
  ['a baseline of zero', [percent, [0], [0, 0]], 'at baseline', 'Percent is within 10 % of 0, or better.'],
  ['a degradation of 9.9', [degradation, [9.9], [0]], 'at baseline', 'Percent is within 10 of 0, or better.'],
  ['a degradation that was worse', [degradation, [0], [6]], 'at baseline', 'Percent is within 10 of 6, or better.'],
  ['a degradation of 14', [degradation, [14], [2]], 'off', 'Percent is 14; its baseline is 2.'],
])('compares with the baseline: %s', (_, given, state, says) => {
  expect(compareWithBaseline(...given)).toEqual({ state, says });
});

describe('the windows for a baseline', () => {
  const since = '2026-03-02T09:00:00.000Z';

  test('are the hour before the deployment, then the hour around the same time the day before', () => {
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

  test('are only the day before if no deployment is on record', () => {
    expect(baselineWindows(since, null, 60).map(({ of }) => of)).toEqual(['the same hour the day before']);
  });

  test('are, with a calendar, the last comparable session before the deployment, and no hour in which the market was closed', () => {
    const session = (day: string) => ({
      from: Date.parse(`2026-${day}T08:00Z`),
      until: Date.parse(`2026-${day}T16:00Z`),
    });
    const sessions = ['02-26', '02-27', '03-02'].map(session);
    const calendar = { from: Date.parse('2026-02-20'), until: Date.parse('2026-03-20'), sessions };
    const windows = (deployed: string | null) =>
      baselineWindows(since, deployed === null ? null : { at: deployed }, 60, calendar).map(({ of, from }) => [
        of,
        from,
      ]);
    const comparable = 'the last comparable session at the same time';
    expect(windows('2026-02-27T20:00:00.000Z')).toEqual([[comparable, '2026-02-27T08:30:00.000Z']]);
    expect(windows('2026-02-26T20:00:00.000Z')).toEqual([[comparable, '2026-02-26T08:30:00.000Z']]);
    expect(windows(null)).toEqual([[comparable, '2026-02-27T08:30:00.000Z']]);
    expect(windows('2026-02-27T15:00:00.000Z')).toEqual([
      [comparable, '2026-02-26T08:30:00.000Z'],
      ['before the deployment', '2026-02-27T14:00:00.000Z'],
    ]);
  });

  test.each([
    ['of two hours', 2 / 24, 10],
    ['of three hours', 3 / 24, 60],
    ['of 15 days', 15, 300],
    ['of 63 days', 63, 3600],
  ])('have periods that CloudWatch still keeps: data %s', (_, days, kept) => {
    expect(keptPeriod(days * 24 * 3600_000, 10)).toBe(kept);
  });

  test.each([
    [10, 60],
    [60, 60],
    [300, 300],
  ])('replace periods of %i s by periods of %i s, which CloudWatch keeps for a day', (given, kept) => {
    expect(baselineWindows(since, null, given)[0]?.period_seconds).toBe(kept);
  });
});
