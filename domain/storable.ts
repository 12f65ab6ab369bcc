/**
 * DynamoDB and its document client refuse items with these names and values. People and hosts write texts that become names
 * and values of stored maps, and a refused item must stop no rollback.
 *
 * - The client refuses an object with a field of its own named `constructor`, because it takes it for a class instance, and
 *   drops `__proto__` without a word (@aws-sdk/util-dynamodb, convertToAttr).
 * - An attribute name has at least one character (DynamoDB guide, "Naming rules").
 * - A number has a magnitude of 1E-130 to 9.99E+125; the client refuses those beyond 2^53.
 * - Maps and lists nest 32 levels deep (DynamoDB guide, "Supported data types").
 */
const refusedNames: readonly string[] = ['', 'constructor', '__proto__'];

/** Returns whether a text may be the name of a field in a stored map. */
export const isStorableName = (name: string): boolean => !refusedNames.includes(name);

/** Returns a text as a name that may be stored: one that is refused gets quotation marks. */
export const storableName = (text: string): string => (isStorableName(text) ? text : JSON.stringify(text));

/** A report is stored some levels below its item. */
const deepest = 24;

/** Returns what cannot be stored of a JSON value, in words; undefined if all of it can. */
export function unstorable(value: unknown, depth = 0): string | undefined {
  if (typeof value === 'number') return isStorableNumber(value) ? undefined : `the number ${value}`;
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > deepest) return `more than ${deepest} levels`;
  const refused = Array.isArray(value) ? undefined : Object.keys(value).find((name) => !isStorableName(name));
  if (refused !== undefined) return `a field named ${JSON.stringify(refused)}`;
  for (const one of Object.values(value)) {
    const found = unstorable(one, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

const isStorableNumber = (value: number) =>
  Math.abs(value) <= Number.MAX_SAFE_INTEGER && (value === 0 || Math.abs(value) >= 1e-130);
