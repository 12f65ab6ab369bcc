/** A number as it is stored: without an exponent, zeros that change nothing, or the sign of zero. Any other is written anew. */
const PLAIN_NUMBER = /^(0|-?[1-9]\d{0,14}|-?(0|[1-9]\d{0,14})\.\d{0,9}[1-9])$/;
/** Lists and maps inside each other that are looked at here. DynamoDB takes 32. */
const DEEPEST = 30;
/** No value takes more than so many bytes beside its texts. */
const OVERHEAD = 10;

/**
 * Returns a number that is larger than the size of a value; undefined if a check may refuse or change the value.
 *
 * Of texts, truth values, plain numbers, and lists and maps of them, no check does: a text is checked only as a key, when the
 * item is stored.
 */
export function soundCharacters(value: unknown, depth = 0): number | undefined {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return undefined;
  const names = Object.keys(value);
  if (names.length !== 1) return undefined;
  const { S, BOOL, NULL, N, L, M } = value as Readonly<Record<string, unknown>>;
  if (typeof S === 'string') return S.length + OVERHEAD;
  if (typeof BOOL === 'boolean' || NULL === true) return OVERHEAD;
  if (typeof N === 'string') return PLAIN_NUMBER.test(N) ? N.length + OVERHEAD : undefined;
  if (Array.isArray(L)) return soundMembers(L, depth);
  return typeof M === 'object' && M !== null && !Array.isArray(M) ? soundMembers(M, depth) : undefined;
}

function soundMembers(members: object, depth: number): number | undefined {
  let characters = OVERHEAD;
  for (const [name, member] of Object.entries(members)) {
    const found = soundCharacters(member, depth + 1);
    if (found === undefined) return undefined;
    characters += name.length + found;
  }
  return characters;
}
