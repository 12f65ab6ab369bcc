import { type AlarmMetric, alarmMetrics } from '../alarm/alarm-metrics.ts';
import { type Assessment, assess, type Baseline } from '../alarm/assessment.ts';
import { baselineWindows } from '../alarm/baseline.ts';
import { doubtsAboutSilence, lookBackMilliseconds } from '../alarm/silence.ts';
import type { Watched } from '../archive/slot.ts';
import type { Sessions } from '../calendar/sessions.ts';
import type { Statistic, TriggerAlarm, Triggers } from '../infra/triggers-file.ts';
import type { Trigger } from '../trigger.ts';
import { type Evaluation, type PastTransition, transitionsOf } from './alarm-past.ts';
import { endOf, type MetricPast, type Stretch, windows } from './stretch.ts';

/** An alarm of triggers.yaml for one phase, and the metric that it watches. */
export type PhaseAlarm = {
  readonly phase: number;
  readonly trigger: Trigger;
  readonly alarm: TriggerAlarm;
  readonly watched: AlarmMetric;
};

/** A change of state of one of a phase's alarms. */
export type Change = PhaseAlarm & PastTransition;

/** Returns the alarms of one phase, in the order of triggers.yaml. */
export function alarmsOf(triggers: Triggers, phase: number): PhaseAlarm[] {
  const metrics = alarmMetrics(triggers);
  return Object.entries(triggers.triggers).flatMap(([name, { alarms }]) =>
    alarms.flatMap((alarm) => {
      const watched = metrics[alarm.variant ? `${name}-${alarm.variant}` : name];
      return watched ? [{ phase, trigger: name as Trigger, alarm, watched }] : [];
    }),
  );
}

/** Returns the metrics that the alarms of these phases watch, each once. */
export function watchedMetrics(triggers: Triggers, phases: readonly number[]): Watched[] {
  const all = phases.flatMap((phase) =>
    alarmsOf(triggers, phase).map(({ alarm: { metric, statistic } }) => ({ phase, metric, statistic })),
  );
  return [...new Map(all.map((one) => [`${one.phase} ${one.metric} ${one.statistic}`, one])).values()];
}

/** Returns the past of a metric of a phase; undefined if none is known. */
export const pastOf = (
  metrics: readonly MetricPast[],
  { phase, metric, statistic }: { readonly phase: number; readonly metric: string; readonly statistic: string },
): MetricPast | undefined =>
  metrics.find((one) => one.phase === phase && one.metric === metric && one.statistic === statistic);

/** Returns every change of state of a phase's alarms, in the order of time. */
export function changesOf(
  metrics: readonly MetricPast[],
  alarms: readonly PhaseAlarm[],
  evaluation: Evaluation,
): Change[] {
  const all = alarms.flatMap((one) => {
    const past = pastOf(metrics, { ...one.alarm, phase: one.phase });
    return past ? transitionsOf(one.alarm, past, evaluation).map((transition) => ({ ...one, ...transition })) : [];
  });
  return all.toSorted((a, b) => a.at - b.at);
}

/** Returns the assessment of an alarm that turned red or lost its data, from the metrics of that time. */
export function assessedAt(
  metrics: readonly MetricPast[],
  triggers: Triggers,
  change: Change,
  {
    deployment,
    calendar,
  }: { readonly deployment: { readonly at: string } | null; readonly calendar: Sessions | undefined },
): Assessment {
  const { trigger, state, watched, breach, at } = change;
  const since = breach?.from ?? new Date(at).toISOString();
  const { severity, when_blind } = triggers.triggers[trigger];
  const measured = trigger === 'performance_degradation' && breach !== null; // no other severity is measured
  const baselines = measured
    ? baselineWindows(since, deployment, watched.period_seconds, calendar).map(
        (window): Baseline => ({ ...window, values: valuesIn(metrics, change, window) }),
      )
    : [];
  const assessment = assess({ trigger, state, severity, when_blind, metric: watched, breach, baselines });
  const doubts = breach === null ? doubtsAt(metrics, change) : [];
  return doubts.length === 0 ? assessment : { ...assessment, doubts };
}

/** Returns the values of the alarm's metric in a window of time, from data that are fine enough. */
function valuesIn(
  metrics: readonly MetricPast[],
  { phase, alarm: { metric, statistic } }: Change,
  { from, to, period_seconds }: { readonly from: string; readonly to: string; readonly period_seconds: number },
): number[] {
  const [begin, end] = [Date.parse(from), Date.parse(to)];
  const { stretches = [] } = pastOf(metrics, { phase, metric, statistic }) ?? {};
  return stretches.flatMap((stretch) => {
    const seconds = Math.max(period_seconds, stretch.period_seconds);
    const part = partOf(stretch, begin, end);
    return part && seconds % stretch.period_seconds === 0 ? inPeriods(part, statistic, seconds) : [];
  });
}

const inPeriods = (part: Stretch, statistic: Statistic, seconds: number) =>
  [...windows(part, statistic, { seconds, step_seconds: seconds }).values].filter((value) => !Number.isNaN(value));

/** Returns the part of a stretch between two instants; undefined if there is none. Copies nothing. */
function partOf(stretch: Stretch, begin: number, end: number): Stretch | undefined {
  const { start, period_seconds, values } = stretch;
  if (end <= start || begin >= endOf(stretch)) return undefined;
  const period = period_seconds * 1000;
  const first = Math.max(0, Math.ceil((begin - start) / period));
  const last = Math.min(values.length, Math.floor((end - start) / period));
  return { start: start + first * period, period_seconds, values: values.subarray(first, last) };
}

/** Missing data of one phase may be the loss of its hosts; if all phases fell silent, it may be the loss of metrics. */
function doubtsAt(metrics: readonly MetricPast[], { phase, alarm, watched, at }: Change): string[] {
  const { metric, statistic } = alarm;
  const newest = new Map<number, number>();
  for (const one of metrics) {
    if (one.metric !== metric || one.statistic !== statistic) continue;
    const found = newestBefore(one, at);
    if (found !== undefined) newest.set(one.phase, found);
  }
  // Nobody knows how many hosts Systems Manager saw in the past.
  return doubtsAboutSilence(phase, watched.period_seconds, { unevaluated: [], newest, hosts: [] });
}

/** Returns the start of the newest datapoint before an instant; undefined if the phase had published nothing lately. */
function newestBefore({ stretches }: MetricPast, at: number): number | undefined {
  for (const stretch of stretches.toReversed()) {
    const part = partOf(stretch, at - lookBackMilliseconds, at);
    const index = part?.values.findLastIndex((value) => !Number.isNaN(value)) ?? -1;
    if (part && index >= 0) return part.start + index * part.period_seconds * 1000;
  }
  return undefined;
}
