/** Where `found` is not as `expected` says; `expected` may be a part of it. One sentence a difference. */
export function differences(expected: unknown, found: unknown, where: string): string[] {
  if (typeof expected !== 'object' || expected === null || Array.isArray(expected))
    return JSON.stringify(expected) === JSON.stringify(found)
      ? []
      : [`${where}: expected ${shown(expected)}, found ${shown(found)}`];
  return Object.entries(expected).flatMap(([key, value]) =>
    differences(value, (found as Record<string, unknown> | null | undefined)?.[key], `${where}.${key}`),
  );
}

const shown = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(value));
