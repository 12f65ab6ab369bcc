import type { AlarmMetric } from '../../domain/alarm/alarm-metrics.ts';
import { type Assessment, assess } from '../../domain/alarm/assessment.ts';
import { baselineWindows } from '../../domain/alarm/baseline.ts';
import { doubtsAboutSilence, type SecondWitness } from '../../domain/alarm/silence.ts';
import type { SessionsOf } from '../../domain/calendar/sessions.ts';
import type { RollbackCause } from '../../domain/decision/rollback-cause.ts';
import type { Baselines } from '../clients/datapoints.ts';
import type { Policy } from '../middleware/payload.ts';
import type { Deployments } from '../stores/deployments.ts';
import { corruptFrom } from './freeze.ts';

export type AssessAlarmDeps = {
  readonly deployments: Deployments;
  readonly baselines: Baselines;
  /** Returns the metric behind an alarm; undefined if triggers.yaml has no such alarm. */
  readonly metricOf: (alarm: string) => AlarmMetric | undefined;
  /** Looks for facts beside the silent alarm; `metric`: null if it is unknown. */
  readonly secondWitness: (metric: AlarmMetric | null) => Promise<SecondWitness>;
  /** Absent: no calendar, all time counts. */
  readonly sessionsOf?: SessionsOf;
};

/**
 * Assesses the severity of an alarm from what is known now; null if a person started the rollback. Measures performance
 * only. The silence of an alarm without data is checked against a second witness.
 */
export async function assessAlarm(
  deps: AssessAlarmDeps,
  subject: Subject,
  cause: RollbackCause,
): Promise<Assessment | null> {
  if (!cause.alarm) return null;
  const assessment = await severityOf(deps, subject, { ...cause, alarm: cause.alarm });
  if (!cause.silent) return assessment;
  const metric = deps.metricOf(cause.alarm.name) ?? null;
  const doubts = doubtsAboutSilence(subject.phase, metric?.period_seconds ?? 60, await deps.secondWitness(metric));
  return doubts.length > 0 ? { ...assessment, doubts } : assessment;
}

type Subject = { readonly phase: number; readonly policy: Policy };
type AlarmCause = RollbackCause & { readonly alarm: NonNullable<RollbackCause['alarm']> };

async function severityOf(
  { deployments, baselines, metricOf, sessionsOf }: AssessAlarmDeps,
  { phase, policy }: Subject,
  cause: AlarmCause,
): Promise<Assessment> {
  const { alarm, trigger, severity, breach, start_time } = cause;
  const metric = metricOf(alarm.name) ?? null;
  const seen = {
    trigger,
    severity,
    state: alarm.state,
    when_blind: policy.triggers[trigger]?.when_blind ?? 'hold', // an unknown trigger has no policy
    metric,
    breach,
  };
  if (trigger !== 'performance_degradation' || !metric) return assess({ ...seen, baselines: [] });
  const deployment = (await deployments.newest(phase, corruptFrom(cause))) ?? null;
  const since = breach?.from ?? start_time;
  const windows = baselineWindows(since, deployment, metric.period_seconds, sessionsOf?.(phase));
  return assess({ ...seen, baselines: await baselines(metric, phase, windows) });
}
