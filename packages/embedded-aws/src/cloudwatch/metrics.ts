import type { Instant } from '../clock/clock.ts';
import { merged, type StatisticSet, setOf } from './statistic-set.ts';
import { UnreadValues } from './unread-values.ts';

/** The identity of a metric. A different set of dimensions is a different metric. */
export type Metric = {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
};

/** All metrics of the account. Units are ignored. */
export class Metrics {
  /** The metrics by what they are of: a program reports a dozen of them every few seconds. */
  readonly #series = new Map<string, Map<string, Series>>();
  readonly #published = new Map<Series, Metric>();
  readonly #unread = new UnreadValues();

  /** Publishes values of one instant in high resolution, by metric, that are stored when somebody reads one of them. */
  putUnread(of: Omit<Metric, 'name'>, values: Readonly<Record<string, number>>, at: Instant): void {
    this.#unread.put(of, { at, values });
  }

  /** Returns the values of a metric, to be read: none if it was never published. */
  series(metric: Metric): Series {
    this.#store(this.#unread.take(metric));
    return this.written(metric);
  }

  #store(unread: ReturnType<UnreadValues['take']>): void {
    for (const { of, values } of unread) for (const measured of values) this.putAll(of, measured.values, measured.at);
  }

  /** Publishes values of one instant in high resolution, by metric. */
  putAll(of: Omit<Metric, 'name'>, values: Readonly<Record<string, number>>, at: Instant): void {
    const known = this.#of(of);
    for (const name of Object.keys(values)) this.#named(known, of, name).put(at, setOf(values[name] as number), 1);
  }

  /** Returns the values of a metric, to add one. */
  written(metric: Metric): Series {
    return this.#named(this.#of(metric), metric, metric.name);
  }

  #of(of: Omit<Metric, 'name'>): Map<string, Series> {
    const key = keyOf(of);
    const known = this.#series.get(key) ?? new Map<string, Series>();
    this.#series.set(key, known);
    return known;
  }

  #named(known: Map<string, Series>, { namespace, dimensions }: Omit<Metric, 'name'>, name: string): Series {
    const found = known.get(name);
    if (found) return found;
    const series = new Series(() => this.#published.set(series, { namespace, name, dimensions }));
    known.set(name, series);
    return series;
  }

  /** Returns the metrics with values, in the order of their first one. An alarm on a metric does not make it exist. */
  published(): readonly Metric[] {
    this.#store(this.#unread.take());
    return [...this.#published.values()];
  }
}

/**
 * Returns a text that only metrics of the same namespace and dimensions have. Names and values have no control characters (API
 * reference, Dimension).
 */
function keyOf({ namespace, dimensions }: Omit<Metric, 'name'>): string {
  const names = Object.keys(dimensions);
  if (names.length > 1) names.sort();
  let key = namespace;
  for (const one of names) key += `\0${one}\0${dimensions[one]}`;
  return key;
}

/** Seconds for which values in periods of less than a minute stay available (CloudWatch guide, "Metrics retention"). */
const SECONDS_KEPT = 3 * 3600;

/**
 * The values of one metric, by second and by minute.
 *
 * A value of standard resolution counts for its minute, and for the first second of that minute. An alarm with a period
 * of 10 seconds therefore finds data in one period of six, as AWS warns (PutMetricAlarm, Period).
 */
export class Series {
  readonly #seconds = new Map<number, StatisticSet>();
  readonly #minutes = new Map<number, StatisticSet>();
  readonly #begins: () => void;

  /** Calls `begins` before the first value. */
  constructor(begins: () => void = () => {}) {
    this.#begins = begins;
  }

  put(instant: Instant, set: StatisticSet, resolution: 1 | 60): void {
    if (this.#minutes.size === 0) this.#begins();
    const minute = Math.floor(instant / 60_000);
    const second = resolution === 1 ? Math.floor(instant / 1000) : minute * 60;
    const before = this.#seconds.get(second);
    this.#seconds.set(second, merged(before, set));
    this.#minutes.set(minute, merged(this.#minutes.get(minute), set));
    if (before === undefined) this.#forget(second - SECONDS_KEPT);
  }

  /** Deletes seconds in the order of their arrival, up to the first one that is new enough. */
  #forget(before: number): void {
    for (const second of this.#seconds.keys()) {
      if (second >= before) return;
      this.#seconds.delete(second);
    }
  }

  /** Returns the values of `period` seconds from `start`. Periods of whole minutes must start at a whole minute. */
  over(start: Instant, period: number): StatisticSet | undefined {
    const whole = period % 60 === 0;
    const kept = whole ? this.#minutes : this.#seconds;
    const first = whole ? start / 60_000 : start / 1000;
    const end = first + (whole ? period / 60 : period);
    let found: StatisticSet | undefined;
    for (let slot = first; slot < end; slot++) {
      const set = kept.get(slot);
      if (set) found = merged(found, set);
    }
    return found;
  }
}
