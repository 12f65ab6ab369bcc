import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { describe, expect, test } from 'vitest';
import type { AlarmTransition } from '../../../domain/alarm/alarm-event.ts';
import type { AlarmMetric } from '../../../domain/alarm/alarm-metrics.ts';
import { recoveryMetricsOn } from '../../../lambdas/confirm-recovery/recovery-metrics.ts';
import type { RollbackScope } from '../../../lambdas/stores/rollback-scope.ts';
import { rollback } from '../opened-rollback.ts';

const alarm = 'rollback-test-phase-1-performance_degradation-latency-crisis';
const latency: AlarmMetric = {
  namespace: 'Rollback/Trading',
  metric: 'LatencyMs',
  statistic: 'Maximum',
  period_seconds: 10,
  counter: false,
  measures: 'value',
  threshold: 500,
  worse: 'above',
};
const now = Date.parse('2026-03-02T09:10:00.000Z');
const scope = {
  deployment: { version: 'v1', at: '2026-03-02T08:30:00.000Z' },
  window_start: '2026-03-02T08:30:00Z',
} as RollbackScope;

type Query = { StartTime: Date; EndTime: Date; MetricDataQueries: { MetricStat: Record<string, unknown> }[] };

/** CloudWatch with datapoints by the start of the requested time window. */
function watch(values: Record<string, number[]>, red: Partial<AlarmTransition>[] = [], metric = latency, at = now) {
  const asked: Query[] = [];
  const client = new CloudWatchClient({ region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
  client.send = (async ({ input }: { input: Query }) => {
    asked.push(input);
    return { MetricDataResults: [{ Values: values[input.StartTime.toISOString().slice(11, 19)] ?? [] }] };
  }) as never;
  const alarms = {
    notOk: async () =>
      red.map(
        (one) =>
          ({
            environment: 'test',
            phase: 1,
            trigger: 'data_corruption',
            state: 'ALARM',
            alarm: 'a',
            ...one,
          }) as AlarmTransition,
      ),
  };
  const look = recoveryMetricsOn({
    cloudWatch: client,
    alarms,
    environment: 'test',
    metricOf: (name) => (name === alarm ? metric : undefined),
    now: () => at,
  });
  return { asked, look: (given = scope, by: string | null = alarm) => look({ ...rollback, alarm: by }, given) };
}

describe('the metric', () => {
  test('of the last minute is compared with the hour before the deployment', async () => {
    const { look, asked } = watch({ '09:09:00': [105], '07:30:00': [100, 100] });
    expect((await look()).metric).toEqual({
      state: 'at baseline',
      says: 'LatencyMs is within 10 % of 100, or better.',
    });
    expect(
      asked.map(({ StartTime, EndTime }) => [StartTime, EndTime].map((one) => one.toISOString().slice(11, 19))),
    ).toEqual([
      ['09:09:00', '09:10:00'],
      ['07:30:00', '08:30:00'],
    ]);
  });

  test('that arrives late is no missing data: the newest two datapoints are judged, older ones are not', async () => {
    const late = { '09:09:00': [105, 105, 900, 900], '07:30:00': [100] };
    expect((await watch(late).look()).metric?.state).toBe('at baseline');
    const worse = { '09:09:00': [105, 900, 105], '07:30:00': [100] };
    expect((await watch(worse).look()).metric?.state).toBe('off');
  });

  test('of a period of a minute is read over three of them, so that one may be late', async () => {
    const { look, asked } = watch({}, [], { ...latency, period_seconds: 60 });
    await look();
    expect(asked[0]?.StartTime.toISOString().slice(11, 19)).toBe('09:07:00');
  });

  test("is the alarm's own, under the phase's dimension", async () => {
    const { look, asked } = watch({});
    await look();
    expect(asked[0]?.MetricDataQueries[0]?.MetricStat).toEqual({
      Metric: { Namespace: 'Rollback/Trading', MetricName: 'LatencyMs', Dimensions: [{ Name: 'phase', Value: '1' }] },
      Stat: 'Maximum',
      Period: 10,
    });
  });

  test('with no deployment on record is compared with the hour before the row window', async () => {
    const { look } = watch({ '09:09:00': [105], '07:00:00': [100] });
    const given = { ...scope, deployment: null, window_start: '2026-03-02T08:00:00Z' };
    expect((await look(given)).metric?.state).toBe('at baseline');
  });

  test('of a counter must be zero, and no baseline is read', async () => {
    const { look, asked } = watch({ '09:09:00': [0, 0] }, [], { ...latency, counter: true });
    expect((await look()).metric).toEqual({ state: 'at baseline', says: 'LatencyMs is 0.' });
    expect(asked).toHaveLength(1);
  });

  test('without datapoints is no data', async () => {
    expect((await watch({}).look()).metric?.state).toBe('no data');
  });

  test('older than three hours is read by the minute: CloudWatch no longer keeps its seconds', async () => {
    const { look, asked } = watch({});
    await look({ ...scope, deployment: { version: 'v1', at: '2026-03-02T06:30:00.000Z' } });
    expect(asked.map(({ MetricDataQueries }) => MetricDataQueries[0]?.MetricStat['Period'])).toEqual([10, 60]);
  });

  test('of a rollback by hand is none', async () => {
    const { look, asked } = watch({});
    expect((await look(scope, null)).metric).toBeNull();
    expect(asked).toEqual([]);
  });
});

describe('red', () => {
  const others = [
    { alarm },
    { alarm: 'b' },
    { alarm: 'c', phase: 2 },
    { alarm: 'd', state: 'INSUFFICIENT_DATA' as const },
  ];

  test.each<[string, string | null]>([
    ['an alarm', alarm],
    ['hand', null],
  ])('is, for a rollback by %s, any alarm of its phase: no other rollback handles those that joined', async (_, by) => {
    expect((await watch({}, others).look(scope, by)).red).toEqual([alarm, 'b']);
  });
});
