import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { AlarmMetric } from '../../domain/alarm/alarm-metrics.ts';
import { type BaselineComparison, compareWithBaseline } from '../../domain/alarm/baseline.ts';
import type { FleetObservation } from '../../domain/host/recovery.ts';
import { phasesOf } from '../../domain/phases.ts';
import type { Alarms } from '../clients/alarms.ts';
import { datapoints } from '../clients/datapoints.ts';
import type { Rollback } from '../middleware/payload.ts';
import type { Deployment } from '../stores/deployments.ts';
import type { RollbackScope } from '../stores/rollback-scope.ts';

/**
 * Reads the state of a rollback's phase in CloudWatch: its red alarms, and the metric whose alarm started the rollback.
 */
export type RecoveryMetrics = (
  rollback: Rollback,
  scope: Pick<RollbackScope, 'window_start'> & { readonly deployment: Pick<Deployment, 'at'> | null },
) => Promise<
  Pick<FleetObservation, 'red' | 'metric'> & {
    /** The red alarms of other phases. */
    readonly others_red?: readonly { readonly alarm: string; readonly phase: number }[];
  }
>;

export type RecoveryMetricsDeps = {
  readonly cloudWatch: CloudWatchClient;
  readonly alarms: Alarms;
  readonly environment: string;
  /** Returns the metric behind an alarm; undefined if triggers.yaml has no such alarm. */
  readonly metricOf: (alarm: string) => AlarmMetric | undefined;
  readonly now: () => number;
};

/** Two periods of the alarm are judged: the value of a single period may be chance. */
const bakePeriods = 2;
/**
 * A datapoint may become visible this long after its period. Late data is not missing data, so at least this much is read, and
 * of that the newest datapoints are judged.
 */
const lateMilliseconds = 60_000;
const baselineMilliseconds = 3600_000;

export const recoveryMetricsOn =
  ({ cloudWatch, alarms, environment, metricOf, now }: RecoveryMetricsDeps): RecoveryMetrics =>
  async ({ alarm, ...rollback }, { deployment, window_start }) => {
    const own = phasesOf(rollback);
    const notOk = await alarms.notOk(environment);
    // All red alarms of the phase: those that turned red later have joined, and no other rollback handles them.
    const red = notOk.filter((one) => own.includes(one.phase) && one.state === 'ALARM');
    const others = notOk.filter((one) => !own.includes(one.phase) && one.state === 'ALARM');
    const watched = alarm === null ? undefined : metricOf(alarm);
    const before = Date.parse(deployment?.at ?? window_start);
    return {
      red: red.map((one) => one.alarm),
      others_red: others.map((one) => ({ alarm: one.alarm, phase: one.phase })),
      metric: watched ? await metric(cloudWatch, watched, { phase: rollback.phase, now: now(), before }) : null,
    };
  };

/** Compares the metric's newest values with its baseline, the hour before the instant `before`. */
async function metric(
  cloudWatch: CloudWatchClient,
  watched: AlarmMetric,
  { phase, now, before }: { readonly phase: number; readonly now: number; readonly before: number },
): Promise<BaselineComparison> {
  const read = Math.max(lateMilliseconds, (bakePeriods + 1) * watched.period_seconds * 1000);
  const newest = await datapoints(cloudWatch, watched, { phase, from: now - read, to: now });
  const from = before - baselineMilliseconds;
  const baseline = watched.counter
    ? []
    : await datapoints(cloudWatch, kept(watched, now, from), { phase, from, to: before });
  return compareWithBaseline(watched, newest.slice(0, bakePeriods), baseline);
}

/**
 * Returns the metric with the shortest period that CloudWatch still keeps for an instant: it keeps periods under a
 * minute for three hours, and minutes for 15 days (CloudWatch guide, "Metrics retention").
 */
const kept = (watched: AlarmMetric, now: number, from: number): AlarmMetric =>
  now - from < 3 * 3600_000 ? watched : { ...watched, period_seconds: Math.max(60, watched.period_seconds) };
