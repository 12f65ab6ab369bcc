/**
 * Freezes a value of plain objects and lists, with everything inside. Several callers get a remembered value, so a change by
 * one of them must fail.
 */
export function frozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (Array.isArray(value)) for (const member of value) frozen(member);
  else if (value.constructor === Object) for (const name in value) frozen((value as Record<string, unknown>)[name]);
  else return value; // bytes cannot be frozen
  return Object.freeze(value);
}
