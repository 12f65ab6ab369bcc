import type { Instant } from '../clock/clock.ts';

/** The values of several metrics at one instant, by the name of the metric. */
type Measured = { readonly at: Instant; readonly values: Readonly<Record<string, number>> };

/** The metrics with one set of dimensions. */
type Dimensioned = { readonly namespace: string; readonly dimensions: Readonly<Record<string, string>> };

/** Milliseconds for which a value waits to be read. */
const KEPT = 3 * 3600_000;

/**
 * Keeps values of metrics that hardly anybody reads, such as those per host, until the first read: to merge each one into its
 * second and minute took a quarter of the time of a simulated day.
 *
 * Values that nobody has read for three hours are dropped, or a simulated year would fill the memory.
 */
export class UnreadValues {
  readonly #waiting = new Map<string, { readonly of: Dimensioned; readonly values: Measured[] }>();

  put(of: Dimensioned, measured: Measured): void {
    const key = keyOf(of);
    const found = this.#waiting.get(key) ?? { of, values: [] };
    this.#waiting.set(key, found);
    found.values.push(measured);
    const [oldest] = found.values;
    // Twice the time, so that the array is copied once in three hours and not with every value.
    if (oldest && measured.at - oldest.at > 2 * KEPT)
      found.values.splice(
        0,
        found.values.findIndex(({ at }) => measured.at - at <= KEPT),
      );
  }

  /** Removes the values with these dimensions and returns them; of all dimensions if none are given. */
  take(of?: Dimensioned): { readonly of: Dimensioned; readonly values: readonly Measured[] }[] {
    const keys = of ? [keyOf(of)] : [...this.#waiting.keys()];
    return keys.flatMap((key) => {
      const found = this.#waiting.get(key);
      this.#waiting.delete(key);
      return found ? [found] : [];
    });
  }
}

/** Returns a text that only equal sets of dimensions have. */
const keyOf = ({ namespace, dimensions }: Dimensioned): string =>
  [
    namespace,
    ...Object.keys(dimensions)
      .toSorted()
      .map((name) => `${name}\0${dimensions[name]}`),
  ].join('\0');
