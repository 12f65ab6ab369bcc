import type { AlarmMetric } from '../../domain/alarm/alarm-metrics.ts';
import { type Assessment, assess } from '../../domain/alarm/assessment.ts';
import { baselineWindows } from '../../domain/alarm/baseline.ts';
import { areMetricsLost, doubtsAboutSilence, type SecondWitness } from '../../domain/alarm/silence.ts';
import type { SessionsOf } from '../../domain/calendar/sessions.ts';
import { counted } from '../../domain/counted.ts';
import type { RollbackCause } from '../../domain/decision/rollback-cause.ts';
import { type FewIll, type HostWitness, witnessObjections } from '../../domain/witness/host-witness.ts';
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
  readonly settings: { readonly brakes: { readonly few_ill?: FewIll } };
  /** Absent: no calendar, all time counts. */
  readonly sessionsOf?: SessionsOf;
};

/**
 * Assesses the severity of an alarm from what is known now; null if a person started the rollback. Measures performance
 * only. The silence of an alarm without data is checked against a second witness. The hosts then show which of them are ill.
 */
export async function assessAlarm(
  deps: AssessAlarmDeps,
  subject: Subject,
  cause: RollbackCause,
  witnessing: Witnessing,
): Promise<Assessment | null> {
  if (!cause.alarm) return null;
  const alarm = cause.alarm;
  if (!cause.silent) {
    const [assessment, witness] = await Promise.all([
      severityOf(deps, subject, { ...cause, alarm }),
      witnessing.ofBreach(),
    ]);
    return withWitness(deps, witnessing, assessment, witness);
  }
  const assessment = await severityOf(deps, subject, { ...cause, alarm });
  const metric = deps.metricOf(alarm.name) ?? null;
  const period = metric?.period_seconds ?? 60;
  const second = await deps.secondWitness(metric);
  const doubts = doubtsAboutSilence(subject.phase, period, second);
  if (doubts.length === 0) return assessment;
  const witness = await witnessing.ofSilence();
  const found = await withWitness(deps, witnessing, { ...assessment, doubts }, witness);
  if (!witness || !areMetricsLost(subject.phase, period, second)) return found;
  if (witness.finding === 'none' && witness.unknown === 0) return { ...found, metrics_lost: metricsLost(witness) };
  const asks = witness.ill > 0 && !witness.own ? await witnessing.askingPhase() : subject.phase;
  return asks === subject.phase ? found : { ...found, metrics_lost: askedElsewhere(witness, asks) };
}

const metricsLost = ({ hosts }: HostWitness) =>
  `No metrics arrive, and ${hosts === 1 ? 'the host is' : `all ${counted(hosts, 'host')} are`} well by the health check through Systems Manager: the metrics are lost, and not the hosts. The health is checked again every 15 minutes while the alarm is red.`;

const askedElsewhere = ({ says }: HostWitness, phase: number) =>
  `No metrics arrive. ${says.join(' ')} The check does not say of which phase, so the rollback of phase ${phase} alone asks: that phase was deployed last.`;

/** The witness of the alarm (ask-the-hosts.ts). */
export type Witnessing = Readonly<Record<'ofBreach' | 'ofSilence', () => Promise<HostWitness | undefined>>> & {
  /** Returns what else changed in the watch window, in sentences (other-changes.ts). */
  readonly otherChanges: () => Promise<readonly string[]>;
  /** Returns the phase that asks if all phases are silent and the hosts are ill, but no check says of which phase. */
  readonly askingPhase: () => Promise<number>;
};

/** Returns an assessment with the hosts that are ill, and with the objections that follow from these. */
async function withWitness(
  { settings }: AssessAlarmDeps,
  { otherChanges }: Pick<Witnessing, 'otherChanges'>,
  assessment: Assessment,
  witness: HostWitness | undefined,
): Promise<Assessment> {
  if (!witness) return assessment;
  const { doubts = [] } = assessment;
  // A silence that is doubted needs a permit anyway, so people read the finding whatever it is.
  const more = doubts.length > 0 ? witness.says : witnessObjections(witness, settings.brakes.few_ill ?? 'ask');
  const all = [...doubts, ...more];
  const others = all.length > 0 ? await otherChanges() : [];
  const reasoning = [...assessment.reasoning, ...witness.says, ...others];
  return { ...assessment, reasoning, witness, ...(all.length > 0 ? { doubts: all } : {}) };
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
