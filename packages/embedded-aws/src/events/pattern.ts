/** Returns whether an event matches a rule's pattern. */
export type Matches = (event: unknown) => boolean;

type Json = string | number | boolean | null;

/** Tests one value of an existing field of the event. */
type Test = (value: unknown) => boolean;

/**
 * Parses an event pattern (EventBridge guide, "Event patterns" and "Content filtering").
 *
 * Supports exact values, prefix, suffix, anything-but, numeric, exists and $or; any other filter is refused by name.
 */
export function readPattern(pattern: unknown): Matches {
  if (!isObject(pattern)) throw notUnderstood(pattern, 'is not an object');
  const fields = Object.entries(pattern).map(([name, wanted]) =>
    name === '$or' ? readAlternatives(wanted) : readField(name, wanted),
  );
  if (fields.length === 0) throw notUnderstood(pattern, 'is empty');
  return (event) => fields.every((matches) => matches(event));
}

function readAlternatives(alternatives: unknown): Matches {
  if (!Array.isArray(alternatives) || alternatives.length < 2)
    throw notUnderstood(alternatives, 'is not a list of two or more patterns, which $or needs');
  const patterns = alternatives.map(readPattern);
  return (event) => patterns.some((matches) => matches(event));
}

function readField(name: string, wanted: unknown): Matches {
  if (Array.isArray(wanted)) return readLeaf(name, wanted);
  const inner = readPattern(wanted);
  return (event) => elements(fieldOf(event, name)).some(inner);
}

/** A leaf matches when any of its filters matches any of the field's values. */
function readLeaf(name: string, filters: readonly unknown[]): Matches {
  if (filters.length === 0) throw notUnderstood({ [name]: filters }, 'has an empty list');
  const presence = filters.flatMap((filter) => (isObject(filter) && 'exists' in filter ? readExists(filter) : []));
  const tests = filters.flatMap((filter) => (isObject(filter) && 'exists' in filter ? [] : readFilter(filter)));
  return (event) => {
    const values = elements(fieldOf(event, name)).filter((value) => !isObject(value));
    return presence.includes(values.length > 0) || values.some((value) => tests.some((test) => test(value)));
  };
}

function readExists(filter: Record<string, unknown>): boolean {
  const { exists } = filter;
  if (typeof exists === 'boolean' && Object.keys(filter).length === 1) return exists;
  throw notUnderstood(filter, 'needs true or false');
}

const FILTERS: Readonly<Record<string, (argument: unknown) => Test>> = {
  prefix: (start) => onText(start, (value, text) => value.startsWith(text)),
  suffix: (end) => onText(end, (value, text) => value.endsWith(text)),
  numeric: (comparisons) => readNumeric(comparisons),
  'anything-but': (excluded) => {
    const tests = Array.isArray(excluded) ? excluded.map(readFilter) : [readFilter(excluded)];
    return (value) => !tests.some((test) => test(value));
  },
};

function readFilter(filter: unknown): Test {
  if (isJson(filter)) return (value) => value === filter;
  const [[name, argument] = ['', undefined], ...more] = isObject(filter) ? Object.entries(filter) : [];
  const read = Object.hasOwn(FILTERS, name) ? FILTERS[name] : undefined;
  if (!read || more.length > 0)
    throw notUnderstood(filter, `is not a supported filter. Use ${Object.keys(FILTERS).join(', ')} or exists`);
  return read(argument);
}

function onText(argument: unknown, holds: (value: string, text: string) => boolean): Test {
  if (typeof argument !== 'string') throw notUnderstood(argument, 'is not a string, which prefix and suffix need');
  return (value) => typeof value === 'string' && holds(value, argument);
}

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '=': (value, bound) => value === bound,
  '>=': (value, bound) => value >= bound,
  '>': (value, bound) => value > bound,
};

/** Parses a numeric filter such as `[">", 0, "<=", 5]`. */
function readNumeric(argument: unknown): Test {
  const list: unknown[] = Array.isArray(argument) ? argument : [];
  const pairs = Array.from({ length: Math.ceil(list.length / 2) }, (_, index) => list.slice(2 * index, 2 * index + 2));
  const tests = pairs.map(([operator, bound]) => {
    const compare = COMPARISONS[String(operator)];
    if (!compare || typeof bound !== 'number') throw notUnderstood(argument, 'is not a numeric filter');
    return (value: number) => compare(value, bound);
  });
  if (tests.length === 0) throw notUnderstood(argument, 'is not a numeric filter');
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}

const fieldOf = (value: unknown, name: string): unknown =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;

/** Returns the values of a field: the elements of a list, or none if the field does not exist. */
const elements = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isJson = (value: unknown): value is Json =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value);

const notUnderstood = (part: unknown, why: string) => new Error(`Event pattern: ${JSON.stringify(part)} ${why}.`);
