/** Numbers by name, at any depth. A number that becomes 0 is left out, so equal sums are equal values. */
export type Counters = { readonly [name: string]: number | Counters };

/** Returns the sum of two counters; with `sign` -1 their difference. */
export function plus(one: Counters, other: Counters, sign: 1 | -1 = 1): Counters {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  const sums = [...names].map((name) => [name, added(one[name], other[name], sign)] as const);
  return Object.fromEntries(sums.filter(([, sum]) => sum !== undefined)) as Counters;
}

export const minus = (one: Counters, other: Counters): Counters => plus(one, other, -1);

export const summed = (all: readonly Counters[]): Counters => all.reduce((sum, one) => plus(sum, one), {});

/** Returns a number by its path; 0 if it was never counted. */
export function numberAt(counters: Counters, ...path: readonly string[]): number {
  const found = at(counters, path);
  return typeof found === 'number' ? found : 0;
}

/** Returns the counters below a path; none if nothing was counted there. */
export function below(counters: Counters, ...path: readonly string[]): Counters {
  const found = at(counters, path);
  return typeof found === 'object' ? found : {};
}

const at = (counters: Counters, path: readonly string[]): number | Counters | undefined =>
  path.reduce<number | Counters | undefined>(
    (found, name) => (typeof found === 'object' ? found[name] : undefined),
    counters,
  );

type Value = number | Counters | undefined;

/** Returns undefined for a sum of 0, and for counters that have no number left. */
function added(one: Value, other: Value, sign: 1 | -1): Value {
  if (typeof one === 'object' || typeof other === 'object') {
    const sum = plus(asCounters(one), asCounters(other), sign);
    return Object.keys(sum).length > 0 ? sum : undefined;
  }
  return (one ?? 0) + sign * (other ?? 0) || undefined;
}

function asCounters(value: Value): Counters {
  if (typeof value === 'number')
    throw new Error(`A name counts either by itself or by parts; found ${value} and parts under the same name.`);
  return value ?? {};
}
