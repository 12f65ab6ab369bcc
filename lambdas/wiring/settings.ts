/** Reads a setting the stack promised to provide. */
export function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set. The stack sets it on this function; was it deployed by hand?`);
  return value;
}
