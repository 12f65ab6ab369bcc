import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { expect, test } from 'vitest';
import type { AlarmMetric } from '../../../domain/alarm/alarm-metrics.ts';
import { secondWitnessOn } from '../../../lambdas/open-rollback/second-witness.ts';

const failures: AlarmMetric = {
  namespace: 'Rollback/Trading',
  metric: 'SystemFailures',
  statistic: 'Maximum',
  period_seconds: 10,
  counter: true,
  measures: 'value',
  threshold: 1,
  worse: 'above',
};
const at = (time: string) => new Date(`2026-03-02T${time}.000Z`);

function witness(metric: AlarmMetric | null) {
  const asked: Record<string, unknown>[] = [];
  const cloudWatch = new CloudWatchClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  cloudWatch.send = (async ({ input }: { input: Record<string, unknown> }) => {
    asked.push(input);
    if (!('MetricDataQueries' in input))
      return {
        MetricAlarms: [
          {
            AlarmName: 'rollback-test-phase-1-system_failure',
            StateValue: 'ALARM',
            EvaluationState: 'EVALUATION_FAILURE',
          },
          { AlarmName: 'rollback-test-phase-2-system_failure', StateValue: 'OK', EvaluationState: 'PARTIAL_DATA' },
          { AlarmName: 'rollback-test-phase-3-system_failure', StateValue: 'OK' },
        ],
      };
    return {
      MetricDataResults: [
        { Id: 'phase1', Timestamps: [at('08:59:30'), at('08:59:20')], Values: [0, 0] },
        { Id: 'phase2', Timestamps: [], Values: [] },
      ],
    };
  }) as never;
  const hosts = [
    { instance_id: 'i-1', name: 'host-1', online: true, agent_version: '3.3' },
    { instance_id: 'mi-2', name: 'host-2', online: false, agent_version: '', missing: true as const },
  ];
  const look = secondWitnessOn({
    cloudWatch,
    environment: 'test',
    phases: [1, 2],
    now: () => at('09:00:00').getTime(),
    managedInstances: { hosts: async () => hosts, document: async () => ({ version: '1', hash: '', content: {} }) },
    tag: { key: 'rollback-fleet', value: 'trading' },
  });
  return { asked, look: () => look(metric) };
}

test('the second witness sees failed evaluations, the newest datapoint of each phase, and the hosts that are not missing', async () => {
  expect(await witness(failures).look()).toEqual({
    unevaluated: ['rollback-test-phase-1-system_failure'],
    newest: new Map([[1, at('08:59:30').getTime()]]),
    hosts: [expect.objectContaining({ name: 'host-1', online: true })],
  });
});

test("it reads a quarter of an hour of the silent alarm's metric, of every phase", async () => {
  const { asked, look } = witness(failures);
  await look();
  const data = asked.find((one) => 'MetricDataQueries' in one);
  const queries = (data?.['MetricDataQueries'] ?? []) as { MetricStat: { Metric: unknown } }[];
  expect(data).toMatchObject({ StartTime: at('08:45:00'), EndTime: at('09:00:00') });
  expect(queries.map(({ MetricStat }) => MetricStat)).toEqual(
    ['1', '2'].map((Value) => ({
      Metric: { Namespace: 'Rollback/Trading', MetricName: 'SystemFailures', Dimensions: [{ Name: 'phase', Value }] },
      Stat: 'Maximum',
      Period: 10,
    })),
  );
});

test('an alarm without a known metric is judged by evaluations and hosts only', async () => {
  expect(await witness(null).look()).toMatchObject({ newest: new Map(), hosts: [{ online: true }] });
});
