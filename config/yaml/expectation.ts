import type * as z from 'zod';

/** zod's types in the words of a person who writes YAML. */
const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  boolean: 'true or false',
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
};

type Schema = z.core.$ZodType;
type RawIssue = z.core.$ZodRawIssue;

/**
 * What was expected, as an error map for zod: it becomes an issue's message. Where a schema has its own words, zod keeps
 * those. Of an unknown key it is the keys there are.
 */
export function expectationOf(schema: Schema): (issue: RawIssue) => string | undefined {
  const alternatives = keysOfAlternatives(schema);
  return (issue) => {
    const { inst } = issue;
    if (issue.code === 'invalid_type') return ownWords(inst) ?? kinds[issue.expected] ?? `a ${issue.expected}`;
    if (issue.code === 'invalid_value') return `one of ${issue.values.map(String).join(', ')}`;
    if (issue.code === 'too_small') return `at least ${issue.minimum}${unit(issue.origin, issue.minimum)}`;
    if (issue.code === 'too_big') return `at most ${issue.maximum}${unit(issue.origin, issue.maximum)}`;
    if (issue.code !== 'unrecognized_keys') return undefined;
    const others = alternatives.get(inst) ?? [];
    // A key of another alternative is not what is allowed here; any other key may be meant for any alternative.
    return (
      issue.keys.some((key) => others.includes(key)) ? keysOf(inst) : [...new Set([...keysOf(inst), ...others])]
    ).join(', ');
  };
}

/** What a text's pattern says of itself; `a whole number` of an integer. */
function ownWords(schema: RawIssue['inst']): string | undefined {
  const { checks = [], format } = (schema?._zod.def ?? {}) as z.core.$ZodTypeDef & { readonly format?: string };
  if (format === 'safeint') return 'a whole number';
  const pattern = checks.find(({ _zod: { def } }) => def.check === 'string_format');
  return pattern && checkWords(pattern);
}

/** What a pattern or a refinement says of itself. Our schemas' words are the same whatever was found. */
export function checkWords({ _zod: { def } }: z.core.$ZodCheck): string | undefined {
  const said = def.error?.({} as never);
  return typeof said === 'object' ? said?.message : said;
}

const keysOf = (schema: RawIssue['inst']) =>
  Object.keys((schema?._zod.def as { readonly shape?: object } | undefined)?.shape ?? {});

/** By each mapping that is one of several alternatives, the keys of all of them. */
function keysOfAlternatives(schema: Schema, found = new Map<unknown, string[]>()): Map<unknown, string[]> {
  const { def } = schema._zod;
  const inner = Object.values(def)
    .flatMap((value) => (isSchema(value) ? [value] : Object.values(value ?? {})))
    .filter(isSchema);
  if (def.type === 'union') for (const option of inner) found.set(option, inner.flatMap(keysOf));
  for (const one of inner) keysOfAlternatives(one, found);
  return found;
}

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && '_zod' in value && 'def' in value;

function unit(origin: string, count: number | bigint): string {
  if (origin === 'string') return count === 1 ? ' character' : ' characters';
  return origin === 'array' ? ' of them' : '';
}
