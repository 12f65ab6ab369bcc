import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { InvalidFile } from '../../../config/yaml/invalid-file.ts';
import { parseYaml } from '../../../config/yaml/read-yaml.ts';
import { alarmMetrics } from '../../../domain/alarm/alarm-metrics.ts';
import { crossing, type TriggerAlarm, triggersSchema } from '../../../domain/infra/triggers-file.ts';

const written = readFileSync(new URL('../../../infra/triggers.yaml', import.meta.url), 'utf8');
const parse = (text: string) => parseYaml(triggersSchema, 'triggers.yaml', text);
const changed = (from: string, to: string) => {
  if (!written.includes(from)) throw new Error(`infra/triggers.yaml has no ${from}`);
  return () => parse(written.replace(from, to));
};
const { namespace, triggers } = parse(written);

test("the six triggers have the procedure's severities", () => {
  expect(Object.entries(triggers).map(([name, { severity }]) => [name, severity])).toEqual([
    ['system_failure', 'CRITICAL'],
    ['data_corruption', 'CRITICAL'],
    ['performance_degradation', 'HIGH'],
    ['security_issue', 'CRITICAL'],
    ['cost_explosion', 'HIGH'],
    ['cascade_failure', 'HIGH'],
  ]);
});

test("the thresholds are the procedure's: 500 ms, 50 %, 10 %, 200 % of budget, and one failure", () => {
  const thresholds = Object.values(triggers).flatMap(({ alarms }) =>
    alarms.map((alarm) => [alarm.metric, crossing(alarm).comparison, crossing(alarm).threshold]),
  );
  expect(thresholds).toEqual([
    ['SystemFailures', 'GreaterThanOrEqualToThreshold', 1],
    ['DataIntegrityErrors', 'GreaterThanOrEqualToThreshold', 1],
    ['LatencyMs', 'GreaterThanThreshold', 500],
    ['Accuracy', 'LessThanThreshold', 50],
    ['PerformanceDegradationPercent', 'GreaterThanOrEqualToThreshold', 10],
    ['SecurityIncidents', 'GreaterThanOrEqualToThreshold', 1],
    ['CostPercentOfBudget', 'GreaterThanThreshold', 200],
    ['DownstreamErrors', 'GreaterThanOrEqualToThreshold', 1],
  ]);
});

test('one bad host of 300 counts: every statistic is Maximum or Minimum', () => {
  const statistics = Object.values(triggers).flatMap(({ alarms }) => alarms.map(({ statistic }) => statistic));
  expect(new Set(statistics)).toEqual(new Set(['Maximum', 'Minimum']));
});

test('missing data counts as a system failure, and as no other trigger', () => {
  const blind = Object.entries(triggers).filter(([, { when_blind }]) => when_blind !== 'ignore');
  expect(blind.map(([name]) => name)).toEqual(['system_failure']);
});

test('a trigger has trust auto and no impact by default', () => {
  const wordless = written.replace(/^ {4}impact: Data integrity.*\n/m, '');
  const { data_corruption } = parse(wordless).triggers;
  expect(data_corruption).toMatchObject({ trust: 'auto' });
  expect(data_corruption).not.toHaveProperty('impact');
});

test('each of the six triggers has an impact', () => {
  for (const { impact } of Object.values(triggers)) expect(impact).toMatch(/\.$/);
});

test('a trigger may have when_blind hold, trust observe and an impact', () => {
  const text = written.replace(
    /impact: Outage.*\n {4}when_blind: rollback/,
    'impact: Trading has stopped.\n    when_blind: hold\n    trust: observe',
  );
  expect(parse(text).triggers.system_failure).toMatchObject({
    when_blind: 'hold',
    trust: 'observe',
    impact: 'Trading has stopped.',
  });
});

describe('triggers are refused', () => {
  test.each([
    [
      'with one missing',
      changed(/ {2}cascade_failure:[\s\S]*/.exec(written)?.[0] ?? '', ''),
      /cascade_failure: expected a mapping, found nothing/,
    ],
    [
      'with an unknown trigger',
      changed('system_failure:', 'bad_luck:'),
      /expected one of the keys system_failure, .*, found 'bad_luck'/,
    ],
    [
      'with an unknown severity',
      changed('severity: CRITICAL', 'severity: BAD'),
      /system_failure\.severity: expected one of CRITICAL, HIGH, MEDIUM, LOW, found "BAD"/,
    ],
    [
      'with an unknown trust',
      changed('severity: CRITICAL', 'severity: CRITICAL\n    trust: full'),
      /system_failure\.trust: expected one of observe, approve, auto, found "full"/,
    ],
    [
      'with an impact of two lines',
      changed('impact: Outage or crash loops; trading may have stopped.', 'impact: "a\\nb"'),
      /system_failure\.impact: expected one line, found/,
    ],
    [
      'with a period that CloudWatch does not accept',
      changed('period: 10s', 'period: 15s'),
      /period: expected 10s, 20s, 30s, 60s or minutes such as 5m, found "15s"/,
    ],
    [
      'with more datapoints than periods',
      changed('2 of 3', '4 of 3'),
      /datapoints: expected at most as many as there are periods, such as 2 of 3/,
    ],
    [
      'with datapoints in another form',
      changed('2 of 3', '2/3'),
      /datapoints: expected how many of how many periods, such as 2 of 3, found "2\/3"/,
    ],
    [
      'with two thresholds',
      changed('above: 500', 'above: 500, below: 3'),
      /expected exactly one of above, at_least, below/,
    ],
    ['without a threshold', changed('above: 500,', ''), /expected exactly one of above, at_least, below/],
    [
      'with two alarms of the same name',
      changed('accuracy-crisis', 'latency-crisis'),
      /alarms: expected alarms with different variants/,
    ],
    [
      'with an average',
      changed('statistic: Maximum', 'statistic: p99'),
      /statistic: expected one of Maximum, Minimum, Sum, Average, found "p99"/,
    ],
  ])('%s', (_, parsing, message) => {
    expect(parsing).toThrow(message);
  });
});

describe('one mistake is reported once', () => {
  const mistakes = (parsing: () => unknown): readonly string[] => {
    try {
      parsing();
      return [];
    } catch (error) {
      return (error as InvalidFile).mistakes;
    }
  };

  test.each([
    ['a period that CloudWatch does not accept', changed('period: 10s', 'period: 15s')],
    ['more datapoints than periods', changed('2 of 3', '4 of 3')],
    ['datapoints in another form', changed('2 of 3', '2/3')],
    ['periods of more than a day', changed('period: 10s', 'period: 9h')],
  ])('%s', (_, parsing) => {
    expect(mistakes(parsing)).toHaveLength(1);
  });
});

test.each<[Partial<TriggerAlarm>, string, number]>([
  [{ above: 3 }, 'GreaterThanThreshold', 3],
  [{ at_least: 3 }, 'GreaterThanOrEqualToThreshold', 3],
  [{ below: 0 }, 'LessThanThreshold', 0],
])('the threshold of %j is %s %d', (alarm, comparison, threshold) => {
  expect(crossing(alarm as TriggerAlarm)).toEqual({ comparison, threshold });
});

describe('the metric behind each alarm', () => {
  const metrics = alarmMetrics({ namespace, triggers });

  test("is found by the end of the alarm's name", () => {
    expect(Object.keys(metrics)).toEqual([
      'system_failure',
      'data_corruption',
      'performance_degradation-latency-crisis',
      'performance_degradation-accuracy-crisis',
      'performance_degradation-degradation',
      'security_issue',
      'cost_explosion',
      'cascade_failure',
    ]);
    expect(metrics['performance_degradation-accuracy-crisis']).toEqual({
      namespace: 'Rollback/Trading',
      metric: 'Accuracy',
      statistic: 'Minimum',
      period_seconds: 10,
      counter: false,
      measures: 'value',
      threshold: 50,
      worse: 'below',
    });
  });

  test('is a degradation for one alarm only', () => {
    const degradations = Object.entries(metrics).filter(([, { measures }]) => measures === 'degradation');
    expect(degradations.map(([name]) => name)).toEqual(['performance_degradation-degradation']);
  });

  test('is a counter for alarms with a threshold of one', () => {
    const counters = Object.entries(metrics).filter(([, { counter }]) => counter);
    expect(counters.map(([name]) => name)).toEqual([
      'system_failure',
      'data_corruption',
      'security_issue',
      'cascade_failure',
    ]);
  });
});
