import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { AlarmMetric } from '../../domain/alarm/alarm-metrics.ts';
import { type BaselineComparison, compareWithBaseline } from '../../domain/alarm/baseline.ts';
import type { FleetObservation } from '../../domain/host/recovery.ts';
import type { Alarms } from '../clients/alarms.ts';
import { datapoints } from '../clients/datapoints.ts';
import type { Rollback } from '../middleware/payload.ts';
import type { RollbackScope } from '../stores/rollback-scope.ts';

/** What CloudWatch says of a rollback's phase now: red alarms, and the metric whose alarm started it. */
export type Watch = (rollback: Rollback, frozen: RollbackScope) => Promise<Pick<FleetObservation, 'red' | 'metric'>>;

/** Two of the alarm's periods: one could be the luck of a moment. */
const bakePeriods = 2;
const baselineMilliseconds = 3600_000;

export const watchOn =
  (
    cloudWatch: CloudWatchClient,
    alarms: Alarms,
    environment: string,
    metricOf: (alarm: string) => AlarmMetric | undefined,
    now: () => number,
  ): Watch =>
  async ({ phase, alarm }, { deployment, window_start }) => {
    const notOk = await alarms.notOk(environment);
    // Not only the alarm that started it: those that went red meanwhile joined, and nobody else answers them.
    const red = notOk.filter((one) => one.phase === phase && one.state === 'ALARM');
    const watched = alarm === null ? undefined : metricOf(alarm);
    const before = Date.parse(deployment?.at ?? window_start);
    return {
      red: red.map((one) => one.alarm),
      metric: watched ? await metric(cloudWatch, watched, phase, now(), before) : null,
    };
  };

async function metric(
  cloudWatch: CloudWatchClient,
  watched: AlarmMetric,
  phase: number,
  now: number,
  before: number,
): Promise<BaselineComparison> {
  const bake = bakePeriods * watched.period_seconds * 1000;
  const newest = await datapoints(cloudWatch, watched, phase, now - bake, now);
  const baseline = watched.counter
    ? []
    : await datapoints(
        cloudWatch,
        kept(watched, now, before - baselineMilliseconds),
        phase,
        before - baselineMilliseconds,
        before,
      );
  return compareWithBaseline(watched, newest, baseline);
}

/** CloudWatch keeps periods under a minute for three hours, minutes for 15 days (CloudWatch guide, "Metrics retention"). */
const kept = (watched: AlarmMetric, now: number, from: number): AlarmMetric =>
  now - from < 3 * 3600_000 ? watched : { ...watched, period_seconds: Math.max(60, watched.period_seconds) };
