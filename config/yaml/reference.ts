/**
 * Words of a file that must be known elsewhere: a script's name is a file, a flag's is in infra/flags.yaml.
 *
 * A schema is the same everywhere; what is known depends on the other files. So it is said beside the schema, by place,
 * for the check and for the schema that editors read.
 */
export type Reference = {
  /** The keys that lead there. Lists on the way are looked through: `['steps', 'script']` is every step's script. */
  readonly at: readonly string[];
  /** The mapping's keys are meant, not its values. */
  readonly keys?: boolean;
  /** What such a word is, with its article, and where it is from: `a flag of infra/flags.yaml`. */
  readonly what: string;
  readonly known: readonly (string | number)[];
};

type Word = { readonly path: readonly PropertyKey[]; readonly word: unknown };

/** Every word at the reference's place, whatever else is right or wrong in the file. */
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
