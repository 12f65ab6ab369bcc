import type { WhenBlind } from '../infra/triggers-file.ts';
import { isWorse, type Severity } from '../severity.ts';
import type { AlarmTransition } from './alarm-event.ts';
import type { AlarmMetric } from './alarm-metrics.ts';
import { average, type BaselineWindow } from './baseline.ts';
import type { Breach } from './breach.ts';

/** What is known of an alarm when it is judged how bad it is. */
export type AlarmEvidence = {
  readonly trigger: string;
  readonly state: AlarmTransition['state'];
  /** What triggers.yaml says of the trigger. */
  readonly severity: Severity;
  readonly when_blind: WhenBlind;
  /** The metric behind the alarm; null: triggers.yaml knows no such alarm. */
  readonly metric: AlarmMetric | null;
  /** The alarm's own breaching datapoints; null: not known. */
  readonly breach: Breach | null;
  /** The windows of baselineWindows, in that order, with what CloudWatch had for them. */
  readonly baselines: readonly Baseline[];
};
export type Baseline = BaselineWindow & { readonly values: readonly number[] };

/** How bad it is, with the numbers and windows that say so: the event's detail, and the message's. */
export type Assessment = {
  readonly severity: Severity;
  /** By how many percent it is worse than its baseline; null: not measured. */
  readonly degradation_percent: number | null;
  readonly measured: (Window & { readonly metric: string }) | null;
  readonly baseline: (Window & { readonly of: BaselineWindow['of'] }) | null;
  /** The alarm has no data, or nothing says how bad it is; decide() then does as when_blind says. */
  readonly blind: boolean;
  /** Sentences. What is missing is among them. */
  readonly reasoning: readonly string[];
};
type Window = { readonly average: number; readonly datapoints: number; readonly from: string; readonly to: string };

/**
 * How bad an alarm is. Only performance is measured; the other triggers are as bad as triggers.yaml says.
 *
 * An alarm on a value of its own (latency above 500 ms) is a crisis: at least as bad as its trigger, whatever the baseline.
 * Where nothing can be measured, when_blind says what that means: `rollback` takes the trigger's severity, `hold` too and
 * asks for a permit, `ignore` takes the least that the red alarm proves.
 */
export function assess(seen: AlarmEvidence): Assessment {
  const { trigger, state, severity, metric } = seen;
  if (state === 'INSUFFICIENT_DATA')
    return unmeasured(severity, true, [`The alarm has no data; its trigger says when_blind: ${seen.when_blind}.`]);
  if (trigger !== 'performance_degradation')
    return unmeasured(severity, false, [`${trigger} is ${severity}, as its trigger says.`]);
  if (!metric) return unmeasured(severity, true, ['No alarm of triggers.yaml says which metric it is about.']);
  const { breach } = seen;
  const baseline = seen.baselines.find((one) => comparable(one, metric));
  return breach && baseline ? measured(seen, metric, breach, baseline) : notMeasured(seen, metric);
}

function measured(seen: AlarmEvidence, metric: AlarmMetric, breach: Breach, found: Baseline): Assessment {
  const now = { average: rounded(average(breach.values)), datapoints: breach.values.length };
  const before = { average: rounded(average(found.values)), datapoints: found.values.length };
  const percent = degradation(average(breach.values), average(found.values), metric);
  const bySize = severityOf(percent);
  const floor = floorOf(seen, metric);
  const severity = floor && isWorse(floor, bySize) ? floor : bySize;
  return {
    severity,
    degradation_percent: percent,
    measured: { metric: metric.metric, ...now, from: breach.from, to: breach.to },
    baseline: { of: found.of, ...before, from: found.from, to: found.to },
    blind: false,
    reasoning: [
      ...seen.baselines.slice(0, seen.baselines.indexOf(found)).map((baseline) => noBaseline(baseline, metric)),
      `${metric.metric} averaged ${now.average} over its ${now.datapoints} breaching datapoints, ${breach.from} to ${breach.to}.`,
      `Its baseline is ${before.average}: ${before.datapoints} datapoints of ${windowName(found)}, ${found.from} to ${found.to}.`,
      `That is ${worseBy(percent)}: ${bySize} (${rule}).`,
      ...(severity === bySize ? [] : [crisis(metric, severity)]),
    ],
  };
}

/** Said aloud: what is missing, and what follows from it. */
function notMeasured(seen: AlarmEvidence, metric: AlarmMetric): Assessment {
  const { breach, severity, when_blind } = seen;
  const missing = [
    ...(breach ? [] : [`The breaching datapoints of ${metric.metric} are not known.`]),
    ...seen.baselines.filter((one) => !comparable(one, metric)).map((one) => noBaseline(one, metric)),
    ...(seen.baselines.length === 0 ? [`${metric.metric} has no baseline.`] : []),
  ];
  const floor = floorOf(seen, metric);
  if (floor) return unmeasured(floor, false, [...missing, crisis(metric, floor)]);
  if (when_blind === 'ignore') {
    const least = severityOf(metric.threshold);
    return unmeasured(least, false, [
      ...missing,
      `The red alarm itself proves ${metric.threshold} %: ${least} (when_blind: ignore).`,
    ]);
  }
  return unmeasured(severity, true, [
    ...missing,
    `So it counts as ${severity}, as its trigger says (when_blind: ${when_blind}).`,
  ]);
}

function noBaseline(baseline: Baseline, { metric }: AlarmMetric): string {
  const { values } = baseline;
  if (values.length === 0) return `${metric} has no datapoints of ${windowName(baseline)}.`;
  return `${metric} averaged ${rounded(average(values))} in ${windowName(baseline)}; nothing can be compared with that.`;
}

const windowName = ({ of }: Baseline) => (of === 'before the deployment' ? `the hour ${of}` : of);

/** The procedure's matrix: > 30 % HIGH, 10-30 % MEDIUM, < 10 % LOW. */
function severityOf(percent: number): Severity {
  if (percent > 30) return 'HIGH';
  return percent >= 10 ? 'MEDIUM' : 'LOW';
}
const rule = 'more than 30 % is HIGH, 10 to 30 % MEDIUM, less LOW';

/** Two decimals, so that what is judged is what is said. */
const rounded = (value: number) => Math.round(value * 100) / 100;

function degradation(now: number, before: number, { measures, worse }: AlarmMetric): number {
  const more = worse === 'above' ? now - before : before - now;
  return rounded(measures === 'degradation' ? more : (more / before) * 100);
}

/** A value of zero or less has no percents; a degradation of zero is the best there is. */
const comparable = ({ values }: Baseline, { measures }: AlarmMetric) =>
  values.length > 0 && (measures === 'degradation' || average(values) > 0);

/** The least that the alarm's being red says by itself: past a threshold on the value is past the crisis threshold. */
const floorOf = ({ severity }: AlarmEvidence, { measures }: AlarmMetric) =>
  measures === 'value' ? severity : undefined;

const crisis = ({ metric, worse, threshold }: AlarmMetric, severity: Severity) =>
  `${metric} ${worse} ${threshold} is past the crisis threshold: at least ${severity}, as its trigger says.`;

const worseBy = (percent: number) => (percent < 0 ? `${-percent} % better` : `${percent} % worse`);

const unmeasured = (severity: Severity, blind: boolean, reasoning: readonly string[]): Assessment => ({
  severity,
  degradation_percent: null,
  measured: null,
  baseline: null,
  blind,
  reasoning,
});
