import type { Instant } from '../clock/clock.ts';

export type StateValue = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** One period of the metric or expression that an alarm watches; `value` is undefined if nothing was published in it. */
export type Datapoint = { readonly start: Instant; readonly value: number | undefined };
export type RealDatapoint = Datapoint & { readonly value: number };

export type Criteria = {
  /** N: the number of datapoints that are judged. */
  readonly evaluationPeriods: number;
  /** M: the number of judged datapoints that must breach. */
  readonly datapointsToAlarm: number;
  readonly breaches: (value: number) => boolean;
  readonly treatMissingData: 'missing' | 'ignore' | 'breaching' | 'notBreaching';
};

/** The state that follows from an alarm's datapoints, and the datapoints that were judged, newest first. */
export type Verdict = {
  readonly value: StateValue;
  readonly judged: readonly RealDatapoint[];
  /** The number of missing datapoints that were treated as breaching or not breaching. */
  readonly filled: number;
};

/**
 * The number of datapoints that CloudWatch reads in addition to the N it judges, in case some of those are missing.
 *
 * AWS documents only that it depends on the period and the resolution; the examples of the guide have 5 for N = 3.
 */
export const EXTRA_DATAPOINTS = 2;

/**
 * Judges an alarm's evaluation range, newest datapoint first. Returns undefined if the alarm keeps its state.
 *
 * Source of the rules and their tables: CloudWatch guide, "Configuring how CloudWatch alarms treat missing data".
 * Missing data are filled in only if fewer than N real datapoints exist. For `- - - - X` with M > 1 and missing data
 * treated as missing, today's guide says only that the alarm does not enter ALARM yet; until June 2019 its tables had
 * that row, with INSUFFICIENT_DATA.
 */
export function verdict(range: readonly Datapoint[], criteria: Criteria): Verdict | undefined {
  const { evaluationPeriods, datapointsToAlarm, breaches, treatMissingData } = criteria;
  const judged = range.filter(isReal).slice(0, evaluationPeriods);
  const missing = evaluationPeriods - judged.length;
  const breaching = judged.filter(({ value }) => breaches(value)).length;
  const is = (value: StateValue, filled = 0): Verdict => ({ value, judged, filled });

  if (breaching >= datapointsToAlarm) return is('ALARM');
  if (missing === 0) return is('OK');
  if (treatMissingData === 'breaching') return is(breaching + missing >= datapointsToAlarm ? 'ALARM' : 'OK', missing);
  if (treatMissingData === 'notBreaching') return is('OK', missing);
  if (breaching < judged.length) return is('OK');
  if (treatMissingData === 'ignore') return undefined;
  return is(judged.length > 0 && oldEnough(range, datapointsToAlarm) ? 'ALARM' : 'INSUFFICIENT_DATA');
}

const isReal = (datapoint: Datapoint): datapoint is RealDatapoint => datapoint.value !== undefined;

/** The "premature alarm state" rule: all data breach, and the oldest breaching datapoint is at least M datapoints old. */
const oldEnough = (range: readonly Datapoint[], datapointsToAlarm: number) =>
  range.findLastIndex(isReal) + 1 >= datapointsToAlarm;
