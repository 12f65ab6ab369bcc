import type { CloudWatchClient, GetMetricDataCommand, MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { expect, test } from 'vitest';
import type { AlarmMetric } from '../../../domain/alarm/alarm-metrics.ts';
import { hostValuesOn } from '../../../lambdas/clients/host-values.ts';

const metric: AlarmMetric = {
  ...{ namespace: 'Rollback/Trading', metric: 'LatencyMs', statistic: 'Maximum', period_seconds: 10, counter: false },
  ...{ measures: 'value', threshold: 500, worse: 'above' },
};
const window = { phase: 2, from: 1_000_000, to: 1_060_000 };
const ids = (count: number) => Array.from({ length: count }, (_, i) => `i-${i}`);

/** A CloudWatch that gives the first host of each request a datapoint. */
function answering() {
  const asked: MetricDataQuery[][] = [];
  const send = async ({ input: { MetricDataQueries = [] } }: GetMetricDataCommand) => {
    asked.push(MetricDataQueries);
    return { MetricDataResults: MetricDataQueries.map(({ Id }, i) => ({ Id, Values: i === 0 ? [620, 120] : [] })) };
  };
  return { asked, cloudWatch: { send } as unknown as CloudWatchClient };
}

test('a fleet is read with one request, one query per host with the dimensions phase and host', async () => {
  const { asked, cloudWatch } = answering();
  const values = await hostValuesOn(cloudWatch)(metric, window, ids(2));
  expect([...values]).toEqual([['i-0', [620, 120]]]);
  expect(asked.map((queries) => queries.map(({ MetricStat }) => MetricStat?.Metric?.Dimensions))).toEqual([
    ids(2).map((id) => [
      { Name: 'phase', Value: '2' },
      { Name: 'host', Value: id },
    ]),
  ]);
});

test('501 hosts take two requests, because GetMetricData takes 500 queries', async () => {
  const { asked, cloudWatch } = answering();
  const values = await hostValuesOn(cloudWatch)(metric, window, ids(501));
  expect(asked.map(({ length }) => length)).toEqual([500, 1]);
  expect([...values.keys()]).toEqual(['i-0', 'i-500']);
});
