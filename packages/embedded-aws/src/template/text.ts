/** Returns a string, number or boolean as text. Throws an error that shows any other value. */
export function textOf(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`expected text, found ${JSON.stringify(value)}`);
}
