import { describe, expect, test } from 'vitest';
import { type AlarmEvidence, assess, type Baseline } from '../../../domain/alarm/assessment.ts';

const latency = {
  namespace: 'Rollback/Trading',
  metric: 'LatencyMs',
  statistic: 'Maximum',
  period_seconds: 10,
  counter: false,
  measures: 'value',
  threshold: 500,
  worse: 'above',
} as const;
const accuracy = { ...latency, metric: 'Accuracy', statistic: 'Minimum', threshold: 50, worse: 'below' } as const;
const degradation = {
  ...latency,
  metric: 'PerformanceDegradationPercent',
  measures: 'degradation',
  threshold: 10,
  period_seconds: 60,
} as const;

const hourBefore = (...values: number[]): Baseline => ({
  of: 'before the deployment',
  from: '2026-03-02T07:30:00.000Z',
  to: '2026-03-02T08:30:00.000Z',
  period_seconds: 60,
  values,
});
const dayBefore = (...values: number[]): Baseline => ({ ...hourBefore(...values), of: 'the same hour the day before' });
const breach = (...values: number[]) => ({
  values,
  from: '2026-03-02T09:00:00.000Z',
  to: '2026-03-02T09:00:20.000Z',
});
const red: AlarmEvidence = {
  trigger: 'performance_degradation',
  state: 'ALARM',
  severity: 'HIGH',
  when_blind: 'ignore',
  metric: degradation,
  breach: breach(20, 20),
  baselines: [hourBefore(0, 0)],
};
const assessed = (changes: Partial<AlarmEvidence>) => assess({ ...red, ...changes });

describe('performance is measured against the baseline', () => {
  test.each<[number, string]>([
    [9.99, 'LOW'],
    [10, 'MEDIUM'],
    [10.01, 'MEDIUM'],
    [30, 'MEDIUM'],
    [30.01, 'HIGH'],
    [417, 'HIGH'],
    [-5, 'LOW'],
  ])('%s percent worse is %s', (percent, severity) => {
    expect(assessed({ breach: breach(percent) })).toMatchObject({ severity, degradation_percent: percent });
  });

  // The trigger's severity is LOW, so the crisis threshold does not raise the measured severity.
  test.each([
    ['latency that went up is worse', latency, 110, 100, 10, 'MEDIUM'],
    ['latency that went up by 30 %', latency, 130, 100, 30, 'MEDIUM'],
    ['latency that went up by a little more', latency, 130.01, 100, 30.01, 'HIGH'],
    ['latency that went down is better', latency, 80, 100, -20, 'LOW'],
    ['accuracy that went down is worse', accuracy, 63, 90, 30, 'MEDIUM'],
    ['accuracy that went down by half', accuracy, 45, 90, 50, 'HIGH'],
    ['accuracy that went up is better', accuracy, 99, 90, -10, 'LOW'],
  ] as const)('%s', (_, metric, now, was, percent, severity) => {
    expect(assessed({ severity: 'LOW', metric, breach: breach(now), baselines: [hourBefore(was)] })).toMatchObject({
      severity,
      degradation_percent: percent,
    });
  });

  test('compares the average of the breaching datapoints with the average of the baseline', () => {
    expect(assessed({ breach: breach(10, 20), baselines: [hourBefore(0, 2, 4)] })).toMatchObject({
      degradation_percent: 13,
      measured: { average: 15, datapoints: 2 },
      baseline: { average: 2, datapoints: 3 },
    });
  });

  test('returns the numbers and windows for the event and the message', () => {
    expect(assessed({})).toEqual({
      severity: 'MEDIUM',
      degradation_percent: 20,
      measured: {
        metric: 'PerformanceDegradationPercent',
        average: 20,
        datapoints: 2,
        from: '2026-03-02T09:00:00.000Z',
        to: '2026-03-02T09:00:20.000Z',
      },
      baseline: {
        of: 'before the deployment',
        average: 0,
        datapoints: 2,
        from: '2026-03-02T07:30:00.000Z',
        to: '2026-03-02T08:30:00.000Z',
      },
      blind: false,
      reasoning: [
        'PerformanceDegradationPercent averaged 20 over its 2 breaching datapoints, 2026-03-02T09:00:00.000Z to 2026-03-02T09:00:20.000Z.',
        'Its baseline is 0: 2 datapoints in the hour before the deployment, 2026-03-02T07:30:00.000Z to 2026-03-02T08:30:00.000Z.',
        'That is 20 % worse: MEDIUM (more than 30 % is HIGH, 10 to 30 % is MEDIUM, less is LOW).',
      ],
    });
  });

  test('uses the day before if there is no data before the deployment, and says so', () => {
    const found = assessed({ baselines: [hourBefore(), dayBefore(5)] });
    expect(found.baseline).toMatchObject({ of: 'the same hour the day before', average: 5 });
    expect(found.reasoning[0]).toBe(
      'PerformanceDegradationPercent has no datapoints in the hour before the deployment.',
    );
  });
});

describe("a value past its crisis threshold has at least its trigger's severity", () => {
  test('even if it is hardly worse than its baseline', () => {
    const found = assessed({ metric: latency, breach: breach(510), baselines: [hourBefore(500)] });
    expect(found).toMatchObject({ severity: 'HIGH', degradation_percent: 2 });
    expect(found.reasoning.at(-1)).toBe(
      "LatencyMs above 500 is past the crisis threshold: at least HIGH, its trigger's severity.",
    );
  });

  test('and its measured severity if that is worse', () => {
    expect(
      assessed({ severity: 'MEDIUM', metric: accuracy, breach: breach(45), baselines: [hourBefore(90)] }),
    ).toMatchObject({ severity: 'HIGH' });
  });

  test('even without a baseline', () => {
    const found = assessed({ metric: latency, when_blind: 'hold', breach: breach(620), baselines: [hourBefore()] });
    expect(found).toMatchObject({ severity: 'HIGH', blind: false });
    expect(found.reasoning).toEqual([
      'LatencyMs has no datapoints in the hour before the deployment.',
      "LatencyMs above 500 is past the crisis threshold: at least HIGH, its trigger's severity.",
    ]);
  });
});

describe('without a measurement when_blind decides, and the reasoning says so', () => {
  const nothing = { baselines: [hourBefore(), dayBefore()] };

  test.each([
    [
      "rollback: the trigger's severity",
      'rollback',
      'HIGH',
      true,
      "So the alarm counts as HIGH, its trigger's severity (when_blind: rollback).",
    ],
    [
      "hold: the trigger's severity, and a permit",
      'hold',
      'HIGH',
      true,
      "So the alarm counts as HIGH, its trigger's severity (when_blind: hold).",
    ],
    [
      'ignore: the lowest severity that the red alarm proves',
      'ignore',
      'MEDIUM',
      false,
      'The red alarm alone proves 10 %: MEDIUM (when_blind: ignore).',
    ],
  ] as const)('%s', (_, when_blind, severity, blind, sentence) => {
    expect(assessed({ ...nothing, when_blind })).toMatchObject({
      severity,
      blind,
      degradation_percent: null,
      reasoning: [
        'PerformanceDegradationPercent has no datapoints in the hour before the deployment.',
        'PerformanceDegradationPercent has no datapoints in the same hour the day before.',
        sentence,
      ],
    });
  });

  test('without the breaching datapoints', () => {
    expect(assessed({ breach: null, when_blind: 'hold' })).toMatchObject({
      severity: 'HIGH',
      blind: true,
      reasoning: [
        'The breaching datapoints of PerformanceDegradationPercent are not known.',
        "So the alarm counts as HIGH, its trigger's severity (when_blind: hold).",
      ],
    });
  });

  test('for a value whose baseline is zero', () => {
    expect(assessed({ metric: latency, baselines: [hourBefore(0)] }).reasoning[0]).toBe(
      'LatencyMs averaged 0 in the hour before the deployment: no percentage can be taken of that.',
    );
  });

  test('for an alarm without data', () => {
    expect(assessed({ state: 'INSUFFICIENT_DATA', when_blind: 'hold' })).toMatchObject({
      severity: 'HIGH',
      blind: true,
      reasoning: ['The alarm has no data (when_blind: hold).'],
    });
  });

  test('for an alarm that triggers.yaml lacks', () => {
    expect(assessed({ metric: null })).toMatchObject({ severity: 'HIGH', blind: true });
  });
});

test.each(['system_failure', 'data_corruption', 'security_issue'])(
  'gives %s the severity of triggers.yaml without a measurement',
  (trigger) => {
    expect(assessed({ trigger, severity: 'CRITICAL' })).toMatchObject({
      severity: 'CRITICAL',
      degradation_percent: null,
      blind: false,
      reasoning: [`triggers.yaml gives ${trigger} the severity CRITICAL.`],
    });
  },
);
