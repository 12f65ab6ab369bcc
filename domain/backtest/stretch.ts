import type { Watched } from '../archive/slot.ts';
import type { Statistic } from '../infra/triggers-file.ts';

/** A stretch of a metric's past: one value per period, oldest first; NaN where nothing was published. */
export type Stretch = {
  /** Epoch milliseconds: the start of the first period. */
  readonly start: number;
  readonly period_seconds: number;
  readonly values: Float64Array;
};

/** The past of a metric of one phase: stretches that do not overlap, oldest first. */
export type MetricPast = Watched & {
  readonly stretches: readonly Stretch[];
};

/** Windows of equal length over a stretch, one per step; they overlap if they are longer than the step. */
export type Windows = {
  /** Epoch milliseconds: the start of the first window. */
  readonly start: number;
  readonly step_seconds: number;
  readonly values: Float64Array;
};

export const endOf = ({ start, period_seconds, values }: Stretch): number =>
  start + values.length * period_seconds * 1000;

/**
 * Joins stretches of the same period that follow each other; a gap between two is filled with missing data.
 *
 * Throws an Error if two overlap, because then nobody knows which value counts.
 */
export function joined(stretches: readonly Stretch[]): Stretch[] {
  const groups: Stretch[][] = [];
  for (const one of stretches.toSorted((a, b) => a.start - b.start)) {
    const group = groups.at(-1);
    const before = group?.at(-1);
    if (before && one.start < endOf(before))
      throw new Error(
        `two stretches overlap: one ends at ${instant(endOf(before))}, the next begins at ${instant(one.start)}`,
      );
    if (group && before && fits(before, one)) group.push(one);
    else groups.push([one]);
  }
  return groups.map(concatenated);
}

const instant = (at: number) => new Date(at).toISOString();

const fits = (before: Stretch, next: Stretch) =>
  before.period_seconds === next.period_seconds && (next.start - before.start) % (next.period_seconds * 1000) === 0;

function concatenated(group: readonly Stretch[]): Stretch {
  const [first, ...others] = group;
  if (!first || others.length === 0) return first as Stretch;
  const { start, period_seconds } = first;
  const index = (at: number) => (at - start) / (period_seconds * 1000);
  const values = new Float64Array(index(endOf(others.at(-1) ?? first))).fill(Number.NaN);
  for (const one of group) values.set(one.values, index(one.start));
  return { start, period_seconds, values };
}

/** Returns the parts of a stretch that lie outside of these ranges, which do not overlap and are of whole periods. */
export function without(
  stretch: Stretch,
  ranges: readonly { readonly from: number; readonly to: number }[],
): Stretch[] {
  const { start, period_seconds, values } = stretch;
  const index = (at: number) => Math.min(values.length, Math.max(0, (at - start) / (period_seconds * 1000)));
  const cuts = ranges.map(({ from, to }) => [index(from), index(to)] as const).toSorted(([a], [b]) => a - b);
  const begins = [0, ...cuts.map(([, end]) => end)];
  const ends = [...cuts.map(([begin]) => begin), values.length];
  return begins.flatMap((begin, place) => {
    const end = ends[place] ?? begin;
    return end > begin
      ? [{ start: start + begin * period_seconds * 1000, period_seconds, values: values.subarray(begin, end) }]
      : [];
  });
}

/** Returns stretches from the first datapoint on: before it the metric did not exist, which is no silence. */
export function sinceFirstDatapoint(stretches: readonly Stretch[]): Stretch[] {
  const isPresent = (value: number) => !Number.isNaN(value);
  const begun = stretches.findIndex(({ values }) => values.some(isPresent));
  const [first, ...later] = begun === -1 ? [] : stretches.slice(begun);
  if (!first) return [];
  const missing = first.values.findIndex(isPresent);
  const { start, period_seconds, values } = first;
  return [
    { start: start + missing * period_seconds * 1000, period_seconds, values: values.subarray(missing) },
    ...later,
  ];
}

/**
 * Returns windows of `seconds` over a stretch, one per step. Only windows that lie inside the stretch are returned.
 *
 * Windows begin at whole steps, as CloudWatch's periods do. `seconds` must be a multiple of the stretch's period, and so
 * must the step.
 */
export function windows(
  stretch: Stretch,
  statistic: Statistic,
  { seconds, step_seconds }: { readonly seconds: number; readonly step_seconds: number },
): Windows {
  const { period_seconds, values } = stretch;
  const step = step_seconds * 1000;
  const start = Math.ceil(stretch.start / step) * step;
  if (seconds === period_seconds && step_seconds === period_seconds && start === stretch.start)
    return { start, step_seconds, values };
  const count = Math.max(0, Math.floor((endOf(stretch) - start - seconds * 1000) / step) + 1);
  const [per, stride] = [seconds / period_seconds, step_seconds / period_seconds];
  const first = (start - stretch.start) / (period_seconds * 1000);
  const at = (index: number) => {
    const from = first + index * stride;
    return combined(values.subarray(from, from + per), statistic);
  };
  return { start, step_seconds, values: Float64Array.from({ length: count }, (_, index) => at(index)) };
}

/** Returns the statistic of values that are that statistic of shorter periods; NaN if all are missing. */
function combined(values: Float64Array, statistic: Statistic): number {
  let [result, count] = [Number.NaN, 0];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    result = count === 0 ? value : combine[statistic](result, value);
    count += 1;
  }
  return statistic === 'Average' ? result / count : result;
}

const combine: Readonly<Record<Statistic, (one: number, other: number) => number>> = {
  Maximum: Math.max,
  Minimum: Math.min,
  Sum: (one, other) => one + other,
  Average: (one, other) => one + other,
};
