import type { AlarmMetric } from '../../domain/alarm/alarm-metrics.ts';
import { type Assessment, assess } from '../../domain/alarm/assessment.ts';
import { baselineWindows } from '../../domain/alarm/baseline.ts';
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
};

/**
 * Assesses the severity of an alarm from what is known now; null if a person started the rollback. Measures performance
 * only.
 */
export async function assessAlarm(
  { deployments, baselines, metricOf }: AssessAlarmDeps,
  { phase, policy }: { readonly phase: number; readonly policy: Policy },
  cause: RollbackCause,
): Promise<Assessment | null> {
  const { alarm, trigger, severity, breach, start_time } = cause;
  if (!alarm) return null;
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
  const windows = baselineWindows(breach?.from ?? start_time, deployment, metric.period_seconds);
  return assess({ ...seen, baselines: await baselines(metric, phase, windows) });
}
