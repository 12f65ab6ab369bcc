import type * as z from 'zod';

/** zod's types in the words of the people who write YAML. */
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
 * Returns an error map for zod, which makes the expectation the message of an issue.
 *
 * zod keeps the message of a schema that has its own. The message of an unknown key is the list of known keys.
 */
export function expectationOf(schema: Schema): (issue: RawIssue) => string | undefined {
  let alternatives: ReturnType<typeof keysOfAlternatives> | undefined;
  return (issue) => {
    const { inst } = issue;
    if (issue.code === 'invalid_type') return ownWords(inst) ?? kinds[issue.expected] ?? `a ${issue.expected}`;
    if (issue.code === 'invalid_value') return `one of ${issue.values.map(String).join(', ')}`;
    if (issue.code === 'too_small') return `at least ${issue.minimum}${unit(issue.origin, issue.minimum)}`;
    if (issue.code === 'too_big') return `at most ${issue.maximum}${unit(issue.origin, issue.maximum)}`;
    if (issue.code !== 'unrecognized_keys') return undefined;
    alternatives ??= keysOfAlternatives(schema); // walks the whole schema, and most files have no such mistake
    const others = alternatives.get(inst) ?? [];
    // A key of another alternative is known but wrong here, so only this alternative's keys are listed. Any other key may be
    // meant for any alternative.
    return (
      issue.keys.some((key) => others.includes(key)) ? keysOf(inst) : [...new Set([...keysOf(inst), ...others])]
    ).join(', ');
  };
}

/** Returns the error text of a text's pattern; `a whole number` for an integer. */
function ownWords(schema: RawIssue['inst']): string | undefined {
  const { checks = [], format } = (schema?._zod.def ?? {}) as z.core.$ZodTypeDef & { readonly format?: string };
  if (format === 'safeint') return 'a whole number';
  const pattern = checks.find(({ _zod: { def } }) => def.check === 'string_format');
  return pattern && checkWords(pattern);
}

/** Returns the error text of a pattern or a refinement. In this project's schemas it does not depend on the value. */
export function checkWords({ _zod: { def } }: z.core.$ZodCheck): string | undefined {
  const error = def.error?.({} as never);
  return typeof error === 'object' ? error?.message : error;
}

const keysOf = (schema: RawIssue['inst']) =>
  Object.keys((schema?._zod.def as { readonly shape?: object } | undefined)?.shape ?? {});

/** Returns, per mapping that is one of several alternatives, the keys of all these alternatives. */
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
  if (origin === 'array') return count === 1 ? ' entry' : ' entries';
  return '';
}
