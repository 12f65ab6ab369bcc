/**
 * A reference from a file to other files: a script's name must be a file, a flag's name must be in infra/flags.yaml.
 *
 * The known words depend on other files, so they are not part of the schema. The check, and the schema that editors read, use
 * both.
 */
export type Reference = {
  /** The path of the words. It passes through lists: `['steps', 'script']` is every step's script. */
  readonly at: readonly string[];
  /** true: the keys of the mapping at that path are the words, not its values. */
  readonly keys?: boolean;
  /** A description of such a word, with its article and its file: `a flag of infra/flags.yaml`. */
  readonly what: string;
  readonly known: readonly (string | number)[];
};

type Word = { readonly path: readonly PropertyKey[]; readonly word: unknown };

/** Returns every word at a reference's path, even if the file has mistakes. */
export const wordsAt = (value: unknown, { at, keys = false }: Pick<Reference, 'at' | 'keys'>): Word[] =>
  look(value, at, []).flatMap(({ path, word }) =>
    keys
      ? Object.keys(isMapping(word) ? word : {}).map((key) => ({ path: [...path, key], word: key }))
      : [{ path, word }],
  );

function look(value: unknown, at: readonly string[], path: readonly PropertyKey[]): Word[] {
  if (Array.isArray(value)) return value.flatMap((one, i) => look(one, at, [...path, i]));
  const [key, ...rest] = at;
  if (key === undefined) return [{ path, word: value }];
  return isMapping(value) && Object.hasOwn(value, key) ? look(value[key], rest, [...path, key]) : [];
}

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
