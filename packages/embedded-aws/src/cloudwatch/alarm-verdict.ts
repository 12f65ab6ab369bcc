import type { Instant } from '../clock/clock.ts';

export type StateValue = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** One period of what an alarm watches; `value` is undefined when nothing was published in it. */
export type Datapoint = { readonly start: Instant; readonly value: number | undefined };
export type RealDatapoint = Datapoint & { readonly value: number };

export type Criteria = {
  /** N: how many datapoints are judged. */
  readonly evaluationPeriods: number;
  /** M: how many of them must breach. */
  readonly datapointsToAlarm: number;
  readonly breaches: (value: number) => boolean;
  readonly treatMissingData: 'missing' | 'ignore' | 'breaching' | 'notBreaching';
};

/** What an alarm's datapoints say, and which of them were judged, newest first. */
export type Verdict = {
  readonly value: StateValue;
  readonly judged: readonly RealDatapoint[];
  /** How many missing datapoints were filled in as breaching or not breaching. */
  readonly filled: number;
};

/**
 * How many datapoints CloudWatch looks at beyond the N it judges, in case some of those are missing.
 *
 * AWS says only that it depends on the period and the resolution; the examples of the guide have 5 for N = 3.
 */
export const EXTRA_DATAPOINTS = 2;

/**
 * Judges an alarm's evaluation range, newest first; undefined: the alarm stays in its state.
 *
 * The rules and their tables: CloudWatch guide, "Configuring how CloudWatch alarms treat missing data". Missing data
 * are filled in only when there are less than N real datapoints. `- - - - X` with M > 1, data treated as missing, is
 * neither ALARM (too early) nor INSUFFICIENT_DATA (not all are missing); the guide says no more, so the state stays.
 */
export function verdict(range: readonly Datapoint[], criteria: Criteria): Verdict | undefined {
  const { evaluationPeriods, datapointsToAlarm, breaches, treatMissingData } = criteria;
  const judged = range.filter(isReal).slice(0, evaluationPeriods);
  const missing = evaluationPeriods - judged.length;
  const breaching = judged.filter(({ value }) => breaches(value)).length;
  const say = (value: StateValue, filled = 0): Verdict => ({ value, judged, filled });

  if (breaching >= datapointsToAlarm) return say('ALARM');
  if (missing === 0) return say('OK');
  if (treatMissingData === 'breaching') return say(breaching + missing >= datapointsToAlarm ? 'ALARM' : 'OK', missing);
  if (treatMissingData === 'notBreaching') return say('OK', missing);
  if (breaching < judged.length) return say('OK');
  if (treatMissingData === 'ignore') return undefined;
  if (judged.length === 0) return say('INSUFFICIENT_DATA');
  return oldEnough(range, datapointsToAlarm) ? say('ALARM') : undefined;
}

const isReal = (datapoint: Datapoint): datapoint is RealDatapoint => datapoint.value !== undefined;

/** The "premature alarm state" rule: only breaching data, the oldest of them at least M datapoints old. */
const oldEnough = (range: readonly Datapoint[], datapointsToAlarm: number) =>
  range.findLastIndex(isReal) + 1 >= datapointsToAlarm;
