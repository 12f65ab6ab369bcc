/**
 * Returns one sentence per difference between `expected` and `found`. `expected` may be a part of `found`.
 *
 * Lists must have the same length. `{ more_than: 0 }` accepts any greater number; `{ contains: words }` accepts any text
 * that contains the words.
 */
export function differences(expected: unknown, found: unknown, where: string): string[] {
  if (typeof expected !== 'object' || expected === null)
    return JSON.stringify(expected) === JSON.stringify(found)
      ? []
      : [`${where}: expected ${shown(expected)}, found ${shown(found)}`];
  if (Array.isArray(expected) && (!Array.isArray(found) || found.length !== expected.length))
    return [`${where}: expected ${shown(expected)}, found ${shown(found)}`];
  const bound = (expected as { more_than?: unknown }).more_than;
  if (typeof bound === 'number')
    return typeof found === 'number' && found > bound
      ? []
      : [`${where}: expected more than ${bound}, found ${shown(found)}`];
  const words = (expected as { contains?: unknown }).contains;
  if (typeof words === 'string')
    return typeof found === 'string' && found.includes(words)
      ? []
      : [`${where}: expected ${JSON.stringify(words)} in it, found ${shown(found)}`];
  return Object.entries(expected).flatMap(([key, value]) =>
    differences(value, (found as Record<string, unknown> | null | undefined)?.[key], `${where}.${key}`),
  );
}

const shown = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(value));
