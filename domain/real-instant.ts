/**
 * Whether a text in the form of ISO 8601 in UTC names a day and time that exist. Date.parse takes 2026-11-31 for the first of December
 * (ECMAScript leaves a day that the month does not have to the implementation).
 */
export function isRealInstant(text: string): boolean {
  const at = Date.parse(text);
  return !Number.isNaN(at) && new Date(at).toISOString().slice(0, 10) === text.slice(0, 10);
}

const zoned = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

/** The form that `instantOf` takes, for error messages. */
export const instantWords = 'a time with its zone such as 2026-03-02T08:50:00Z';

/** Returns an instant that a person or a pipeline writes, in UTC with milliseconds; undefined if it is none, or has no zone. */
export function instantOf(text: string): string | undefined {
  const day = text.slice(0, 10);
  if (!zoned.test(text) || !isRealInstant(`${day}T00:00Z`)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}
