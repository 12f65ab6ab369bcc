import { namesIn } from './placeholders.ts';

/** The names in values of templates, which are remembered and never changed. */
const known = new WeakMap<object, readonly string[]>();

/** Returns what `referencesIn` returns, and remembers it: a process that opens many accounts reads the same templates again. */
export function rememberedReferences(value: object): readonly string[] {
  const found = known.get(value) ?? referencesIn(value);
  known.set(value, found);
  return found;
}

/** Returns every name that a value refers to by Ref, Fn::GetAtt or Fn::Sub, parameters and unchosen branches included. */
export function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, argument]) => [...namedBy(key, argument), ...referencesIn(argument)]);
}

function namedBy(key: string, argument: unknown): string[] {
  const first = Array.isArray(argument) ? argument[0] : argument;
  if (typeof first !== 'string') return [];
  switch (key) {
    case 'Ref':
      return [first];
    case 'Fn::GetAtt':
      return [first.split('.')[0] ?? first];
    case 'Fn::Sub':
      return namesIn(first);
    default:
      return [];
  }
}
