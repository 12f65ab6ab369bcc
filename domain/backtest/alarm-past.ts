import type { AlarmTransition } from '../alarm/alarm-event.ts';
import type { Breach } from '../alarm/breach.ts';
import { crossing, type TriggerAlarm } from '../infra/triggers-file.ts';
import { type MetricPast, type Stretch, sinceFirstDatapoint, type Windows, windows } from './stretch.ts';

type Datapoint = { readonly start: number; readonly value: number | undefined };

/** CloudWatch's evaluation of an alarm: an argument, so that the backtest judges by the very code of the embedded account. */
export type Evaluation = {
  /** Returns the state that follows from datapoints, newest first; undefined: the alarm keeps its state. */
  verdict(
    range: readonly Datapoint[],
    criteria: {
      readonly evaluationPeriods: number;
      readonly datapointsToAlarm: number;
      readonly breaches: (value: number) => boolean;
      readonly treatMissingData: TriggerAlarm['treat_missing_data'];
    },
  ): { readonly value: AlarmTransition['state']; readonly judged: readonly Datapoint[] } | undefined;
  /** The number of datapoints that CloudWatch reads in addition to those it judges. */
  readonly extraDatapoints: number;
};

/** A change of an alarm's state in the past. */
export type PastTransition = {
  /** Epoch milliseconds: the end of the newest judged period. */
  readonly at: number;
  readonly state: AlarmTransition['state'];
  /**
   * The data are coarser than the alarm's period: some datapoint crossed the threshold, but nobody knows how many did.
   */
  readonly possible: boolean;
  /** The datapoints that breached; null: none did, so that only missing data changed the state. */
  readonly breach: Breach | null;
};

/** Returns the threshold's test of a value. */
export function breaching(alarm: TriggerAlarm): (value: number) => boolean {
  const { threshold, comparison } = crossing(alarm);
  return {
    GreaterThanThreshold: (value: number) => value > threshold,
    GreaterThanOrEqualToThreshold: (value: number) => value >= threshold,
    LessThanThreshold: (value: number) => value < threshold,
  }[comparison];
}

/** Returns every change of state that an alarm had in the past of its metric, oldest first. It begins as OK. */
export function transitionsOf(
  alarm: TriggerAlarm,
  { stretches }: MetricPast,
  evaluation: Evaluation,
): PastTransition[] {
  const found: PastTransition[] = [];
  for (const stretch of sinceFirstDatapoint(stretches)) {
    const state = found.at(-1)?.state ?? 'OK';
    const exact = alarm.period % stretch.period_seconds === 0;
    found.push(...(exact ? exactTransitions(alarm, stretch, { evaluation, state }) : coarse(alarm, stretch, state)));
  }
  return found;
}

/** CloudWatch evaluates an alarm with a period under a minute every 10 s, any other every minute. */
const cadence = (period: number) => (period < 60 ? 10 : 60);

function exactTransitions(
  alarm: TriggerAlarm,
  stretch: Stretch,
  { evaluation, state: before }: { readonly evaluation: Evaluation; readonly state: AlarmTransition['state'] },
): PastTransition[] {
  const step_seconds = Math.max(cadence(alarm.period), stretch.period_seconds);
  const over = windows(stretch, alarm.statistic, { seconds: alarm.period, step_seconds });
  const { values } = over;
  const breaches = breaching(alarm);
  const criteria = {
    evaluationPeriods: alarm.datapoints.of,
    datapointsToAlarm: alarm.datapoints.needed,
    breaches,
    treatMissingData: alarm.treat_missing_data,
  };
  const stride = alarm.period / step_seconds;
  const range = alarm.datapoints.of + evaluation.extraDatapoints;
  const found: PastTransition[] = [];
  let state = before;
  let notable = -1; // the newest window without a value, or with one that breaches
  for (let newest = 0; newest < values.length; newest += 1) {
    const value = values[newest] ?? Number.NaN;
    if (Number.isNaN(value) || breaches(value)) notable = newest;
    const oldest = newest - (range - 1) * stride;
    // A range whose every datapoint exists and is within the threshold is OK, whatever the alarm's settings are.
    if (oldest < 0 || (state === 'OK' && notable < oldest)) continue;
    const judged = evaluation.verdict(datapoints(over, newest, { stride, range }), criteria);
    if (!judged || judged.value === state) continue;
    state = judged.value;
    const at = over.start + newest * step_seconds * 1000 + alarm.period * 1000;
    found.push({ at, state, possible: false, breach: breachIn(judged.judged, breaches, alarm.period) });
  }
  return found;
}

const datapoints = (
  { start, step_seconds, values }: Windows,
  newest: number,
  { stride, range }: { readonly stride: number; readonly range: number },
): Datapoint[] =>
  Array.from({ length: range }, (_, index) => {
    const at = newest - index * stride;
    const value = values[at] ?? Number.NaN;
    return { start: start + at * step_seconds * 1000, value: Number.isNaN(value) ? undefined : value };
  });

function breachIn(judged: readonly Datapoint[], breaches: (value: number) => boolean, period: number): Breach | null {
  const breached = judged.filter(({ value }) => value !== undefined && breaches(value));
  const [newest, oldest] = [breached[0], breached.at(-1)];
  if (!newest || !oldest) return null;
  return {
    values: breached.map(({ value }) => value ?? Number.NaN).toReversed(),
    from: new Date(oldest.start).toISOString(),
    to: new Date(newest.start + period * 1000).toISOString(),
  };
}

/**
 * Data coarser than the alarm's period: CloudWatch keeps 10 s data for three hours only. A maximum or minimum that crosses
 * the threshold proves one such datapoint in its period. Missing data prove nothing.
 */
function coarse(
  alarm: TriggerAlarm,
  { start, period_seconds, values }: Stretch,
  before: AlarmTransition['state'],
): PastTransition[] {
  const breaches = breaching(alarm);
  const found: PastTransition[] = [];
  let red = before === 'ALARM';
  for (const [index, value] of values.entries()) {
    if (Number.isNaN(value) || breaches(value) === red) continue;
    red = !red;
    const from = start + index * period_seconds * 1000;
    const at = from + period_seconds * 1000;
    const breach = { values: [value], from: new Date(from).toISOString(), to: new Date(at).toISOString() };
    found.push({ at, state: red ? 'ALARM' : 'OK', possible: true, breach: red ? breach : null });
  }
  return found;
}
