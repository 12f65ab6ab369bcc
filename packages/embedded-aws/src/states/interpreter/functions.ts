import { createHash } from 'node:crypto';
import jsonata from 'jsonata';
import type { Clock } from '../../clock/clock.ts';
import { uuid } from '../../clock/random.ts';
import type { Bindings } from './expression.ts';

/** Returns a new number in [0, 1) per call. */
export type Draw = () => number;

/**
 * Returns the functions of Step Functions for expressions (developer guide, "Transforming data with JSONata"), and
 * replacements of JSONata's own functions that would read the computer's clock or randomness.
 */
export const stepFunctions = (clock: Clock, draw: Draw): Bindings => ({
  ...PURE,
  now: (picture?: string, timezone?: string) => nowAs.evaluate(undefined, { at: clock.now(), picture, timezone }),
  millis: () => clock.now(),
  random: (seed?: number) => (seed === undefined ? draw() : fromSeed(seed)),
  uuid: () => uuid(draw, ''),
  shuffle: (items: unknown) => shuffled(items, draw),
});

const PURE: Bindings = {
  // AWS does not support $eval; $parse reads JSON.
  eval: undefined,
  parse: (text: string) => JSON.parse(text),
  partition,
  range,
  hash,
};

const nowAs = jsonata('$fromMillis($at, $picture, $timezone)');

const ALGORITHMS: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

function hash(content: unknown, algorithm: unknown): string {
  const name = typeof algorithm === 'string' ? ALGORITHMS[algorithm] : undefined;
  if (!name) throw new Error(`$hash takes ${Object.keys(ALGORITHMS).join(', ')}, got ${JSON.stringify(algorithm)}`);
  if (typeof content !== 'string') throw new Error(`$hash takes a string, got ${JSON.stringify(content)}`);
  return createHash(name).update(content).digest('hex');
}

/** Splits an array into arrays of `size`; the last may be shorter. */
function partition(items: unknown, size: unknown): unknown[][] {
  if (!Array.isArray(items)) throw new Error(`$partition takes an array, got ${JSON.stringify(items)}`);
  if (!Number.isInteger(size) || (size as number) < 1) {
    throw new Error(`$partition takes a size of at least 1, got ${size}`);
  }
  const step = size as number;
  return Array.from({ length: Math.ceil(items.length / step) }, (_, index) =>
    items.slice(index * step, (index + 1) * step),
  );
}

/** Returns the numbers from `first` to `last`, both included, in steps of `step`. A single number is no array, as everywhere in JSONata. */
function range(first: unknown, last: unknown, step: unknown): number | number[] {
  if (typeof first !== 'number' || typeof last !== 'number' || typeof step !== 'number' || step === 0) {
    throw new Error(`$range takes three numbers and a step other than 0, got ${[first, last, step].join(', ')}`);
  }
  const length = Math.max(0, Math.floor((last - first) / step) + 1);
  return length === 1 ? first : Array.from({ length }, (_, index) => first + index * step);
}

/** Returns a number from a seed: the same seed gives the same number in every execution. */
const fromSeed = (seed: number) => createHash('sha256').update(`seed ${seed}`).digest().readUInt32BE(0) / 2 ** 32;

/** Shuffles by Fisher–Yates. */
function shuffled(items: unknown, draw: Draw): unknown {
  if (!Array.isArray(items)) return items;
  const result = [...items];
  for (let last = result.length - 1; last > 0; last -= 1) {
    const other = Math.floor(draw() * (last + 1));
    [result[last], result[other]] = [result[other], result[last]];
  }
  return result;
}
