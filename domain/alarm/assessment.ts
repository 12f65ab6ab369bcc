import type { WhenBlind } from '../infra/triggers-file.ts';
import { isWorse, type Severity } from '../severity.ts';
import type { HostWitness } from '../witness/host-witness.ts';
import type { AlarmTransition } from './alarm-event.ts';
import type { AlarmMetric } from './alarm-metrics.ts';
import { average, type BaselineWindow } from './baseline.ts';
import type { Breach } from './breach.ts';

/** The facts from which assess() derives an alarm's severity. */
export type AlarmEvidence = {
  readonly trigger: string;
  readonly state: AlarmTransition['state'];
  /** The trigger's severity in triggers.yaml. */
  readonly severity: Severity;
  /** The trigger's when_blind in triggers.yaml. */
  readonly when_blind: WhenBlind;
  /** The metric that the alarm watches; null: triggers.yaml has no such alarm. */
  readonly metric: AlarmMetric | null;
  /** The datapoints that turned the alarm red; null: unknown. */
  readonly breach: Breach | null;
  /** The windows of baselineWindows, in that order, each with its datapoints from CloudWatch. */
  readonly baselines: readonly Baseline[];
};
/** A window with its datapoints; none if CloudWatch has no data for it. */
export type Baseline = BaselineWindow & { readonly values: readonly number[] };

/** An alarm's severity with the numbers and windows that prove it, for the event's detail and for messages. */
export type Assessment = {
  readonly severity: Severity;
  /** Percentage by which the metric is worse than its baseline, two decimals; negative: better; null: not measured. */
  readonly degradation_percent: number | null;
  readonly measured: (Window & { readonly metric: string }) | null;
  readonly baseline: (Window & { readonly of: BaselineWindow['of'] }) | null;
  /** The alarm has no data, or its severity cannot be measured; decide() then follows when_blind. */
  readonly blind: boolean;
  /** One sentence per fact, missing facts included. */
  readonly reasoning: readonly string[];
  /** Facts that contradict an alarm without data (silence.ts): the rollback needs a permit. Absent: none. */
  readonly doubts?: readonly string[];
  /** The metrics are lost and every host is well: why nothing is rolled back. Absent: the rollback is decided on. */
  readonly metrics_lost?: string;
  /** Which hosts are ill. Absent: nobody looked. */
  readonly witness?: HostWitness;
};
type Window = { readonly average: number; readonly datapoints: number; readonly from: string; readonly to: string };

/**
 * Returns an alarm's severity. Only performance_degradation is measured; the other triggers have the severity that
 * triggers.yaml gives them.
 *
 * An alarm on a value (latency above 500 ms) is a crisis: its severity is at least its trigger's, whatever the baseline.
 * If the severity cannot be measured, when_blind decides:
 * - `rollback`: the trigger's severity;
 * - `hold`: the trigger's severity, and a permit is required;
 * - `ignore`: the lowest severity that the red alarm proves.
 */
export function assess(evidence: AlarmEvidence): Assessment {
  const { trigger, state, severity, metric, breach, baselines } = evidence;
  if (state === 'INSUFFICIENT_DATA')
    return unmeasured(severity, true, [`The alarm has no data (when_blind: ${evidence.when_blind}).`]);
  if (trigger !== 'performance_degradation')
    return unmeasured(severity, false, [`triggers.yaml gives ${trigger} the severity ${severity}.`]);
  if (!metric) return unmeasured(severity, true, ['triggers.yaml has no such alarm, so its metric is unknown.']);
  const baseline = baselines.find((one) => comparable(one, metric));
  return breach && baseline ? measured(evidence, metric, breach, baseline) : notMeasured(evidence, metric);
}

function measured(evidence: AlarmEvidence, metric: AlarmMetric, breach: Breach, found: Baseline): Assessment {
  const now = { average: rounded(average(breach.values)), datapoints: breach.values.length };
  const before = { average: rounded(average(found.values)), datapoints: found.values.length };
  const percent = degradation(average(breach.values), average(found.values), metric);
  const byPercent = severityOf(percent);
  const floor = floorOf(evidence, metric);
  const severity = floor && isWorse(floor, byPercent) ? floor : byPercent;
  return {
    severity,
    degradation_percent: percent,
    measured: { metric: metric.metric, ...now, from: breach.from, to: breach.to },
    baseline: { of: found.of, ...before, from: found.from, to: found.to },
    blind: false,
    reasoning: [
      ...evidence.baselines.slice(0, evidence.baselines.indexOf(found)).map((one) => unusable(one, metric)),
      `${metric.metric} averaged ${now.average} over its ${now.datapoints} breaching datapoints, ${breach.from} to ${breach.to}.`,
      `Its baseline is ${before.average}: ${before.datapoints} datapoints in ${windowName(found)}, ${found.from} to ${found.to}.`,
      `That is ${degradationWords(percent)}: ${byPercent} (${rule}).`,
      ...(severity === byPercent ? [] : [crisis(metric, severity)]),
    ],
  };
}

/** Returns the severity without a measurement; the reasoning names what is missing and the rule that applies. */
function notMeasured(evidence: AlarmEvidence, metric: AlarmMetric): Assessment {
  const { breach, severity, when_blind, baselines } = evidence;
  const missing = [
    ...(breach ? [] : [`The breaching datapoints of ${metric.metric} are not known.`]),
    ...baselines.filter((one) => !comparable(one, metric)).map((one) => unusable(one, metric)),
    ...(baselines.length === 0 ? [`${metric.metric} has no baseline.`] : []),
  ];
  const floor = floorOf(evidence, metric);
  if (floor) return unmeasured(floor, false, [...missing, crisis(metric, floor)]);
  if (when_blind === 'ignore') {
    const least = severityOf(metric.threshold);
    return unmeasured(least, false, [
      ...missing,
      `The red alarm alone proves ${metric.threshold} %: ${least} (when_blind: ignore).`,
    ]);
  }
  return unmeasured(severity, true, [
    ...missing,
    `So the alarm counts as ${severity}, its trigger's severity (when_blind: ${when_blind}).`,
  ]);
}

/** Returns a sentence that gives the reason why a window is no baseline. */
function unusable(baseline: Baseline, { metric }: AlarmMetric): string {
  const { values } = baseline;
  if (values.length === 0) return `${metric} has no datapoints in ${windowName(baseline)}.`;
  return `${metric} averaged ${rounded(average(values))} in ${windowName(baseline)}: no percentage can be taken of that.`;
}

const windowName = ({ of }: Baseline) => (of === 'before the deployment' ? `the hour ${of}` : of);

/** Applies the procedure's matrix: > 30 % HIGH, 10-30 % MEDIUM, < 10 % LOW. */
function severityOf(percent: number): Severity {
  if (percent > 30) return 'HIGH';
  return percent >= 10 ? 'MEDIUM' : 'LOW';
}
const rule = 'more than 30 % is HIGH, 10 to 30 % is MEDIUM, less is LOW';

/** Rounds to two decimals, so that the sentences show the very numbers that are judged. */
const rounded = (value: number) => Math.round(value * 100) / 100;

/** Returns by how many percent the metric is worse than before; negative: better. */
function degradation(now: number, before: number, { measures, worse }: AlarmMetric): number {
  const more = worse === 'above' ? now - before : before - now;
  return rounded(measures === 'degradation' ? more : (more / before) * 100);
}

/** A percentage needs a baseline above zero. A degradation is a percentage already, so zero is a baseline too. */
const comparable = ({ values }: Baseline, { measures }: AlarmMetric) =>
  values.length > 0 && (measures === 'degradation' || average(values) > 0);

/** The lowest severity that a red alarm proves: an alarm on a value is red only past the crisis threshold. */
const floorOf = ({ severity }: AlarmEvidence, { measures }: AlarmMetric) =>
  measures === 'value' ? severity : undefined;

const crisis = ({ metric, worse, threshold }: AlarmMetric, severity: Severity) =>
  `${metric} ${worse} ${threshold} is past the crisis threshold: at least ${severity}, its trigger's severity.`;

const degradationWords = (percent: number) => (percent < 0 ? `${-percent} % better` : `${percent} % worse`);

const unmeasured = (severity: Severity, blind: boolean, reasoning: readonly string[]): Assessment => ({
  severity,
  degradation_percent: null,
  measured: null,
  baseline: null,
  blind,
  reasoning,
});
