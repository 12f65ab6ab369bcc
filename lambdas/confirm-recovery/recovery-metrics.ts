import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { AlarmTransition } from '../../domain/alarm/alarm-event.ts';
import type { AlarmMetric } from '../../domain/alarm/alarm-metrics.ts';
import { type BaselineComparison, compareWithBaseline, keptPeriod } from '../../domain/alarm/baseline.ts';
import { isSilence } from '../../domain/alarm/silence.ts';
import { comparableWindow } from '../../domain/calendar/comparable-session.ts';
import { isExpectedSilence } from '../../domain/calendar/expected-silence.ts';
import type { Sessions, SessionsOf, Stretch } from '../../domain/calendar/sessions.ts';
import { isHalted, type LastHalted } from '../../domain/calendar/venue-halt.ts';
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
  /** Absent: no calendar, all time counts. */
  readonly sessionsOf?: SessionsOf;
  readonly lastHalted?: LastHalted | undefined;
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
  (deps: RecoveryMetricsDeps): RecoveryMetrics =>
  async ({ alarm, ...rollback }, { deployment, window_start }) => {
    const { alarms, environment, metricOf, now } = deps;
    const own = phasesOf(rollback);
    const notOk = (await alarms.notOk(environment)).filter((one) => !isExpected(deps, one));
    // All red alarms of the phase: those that turned red later have joined, and no other rollback handles them.
    const red = notOk.filter((one) => own.includes(one.phase) && one.state === 'ALARM');
    const others = notOk.filter((one) => !own.includes(one.phase) && one.state === 'ALARM');
    const watched = alarm === null ? undefined : metricOf(alarm);
    const before = Date.parse(deployment?.at ?? window_start);
    return {
      red: red.map((one) => one.alarm),
      others_red: others.map((one) => ({ alarm: one.alarm, phase: one.phase })),
      metric: watched ? await metric(deps, watched, { phase: rollback.phase, now: now(), before }) : null,
    };
  };

/** A host that is shut down after the close is no fault. */
const isExpected = ({ sessionsOf, now }: RecoveryMetricsDeps, alarm: AlarmTransition): boolean =>
  isSilence(alarm) && isExpectedSilence(sessionsOf?.(alarm.phase), alarm.changed_at, now());

/**
 * Compares the metric's newest values with its baseline: the hour before the instant `before`; with a calendar, the same time
 * of the last comparable session before it.
 */
async function metric(
  { cloudWatch, sessionsOf, lastHalted }: RecoveryMetricsDeps,
  watched: AlarmMetric,
  { phase, now, before }: { readonly phase: number; readonly now: number; readonly before: number },
): Promise<BaselineComparison> {
  // A counter is judged all the same: a halt makes no errors.
  if (!watched.counter && isHalted((await lastHalted?.(phase, now)) ?? null, now))
    return { state: 'no data', says: `A venue is halted, so ${watched.metric} proves nothing (reason: venue).` };
  const read = Math.max(lateMilliseconds, (bakePeriods + 1) * watched.period_seconds * 1000);
  const newest = await datapoints(cloudWatch, watched, { phase, from: now - read, to: now });
  const baseline = watched.counter ? [] : await baselineOf();
  return compareWithBaseline(watched, newest.slice(0, bakePeriods), baseline);

  async function baselineOf(): Promise<number[]> {
    for (const { from, until } of windowsOf(sessionsOf?.(phase), now, before)) {
      const period_seconds = keptPeriod(now - from, watched.period_seconds);
      const found = await datapoints(cloudWatch, { ...watched, period_seconds }, { phase, from, to: until });
      if (found.length > 0) return found;
    }
    return [];
  }
}

/** Returns the times from which a baseline may be read, best first. */
function windowsOf(calendar: Sessions | undefined, now: number, before: number): Stretch[] {
  const hourBefore = { from: before - baselineMilliseconds, until: before };
  const comparable = calendar && comparableWindow(calendar, now, before);
  return comparable ? [comparable, hourBefore] : [hourBefore];
}
