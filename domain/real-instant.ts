/**
 * Whether a text in the form of ISO 8601 in UTC names a day and time that exist. Date.parse takes 2026-11-31 for the first of December
 * (ECMAScript leaves a day that the month does not have to the implementation).
 */
export function isRealInstant(text: string): boolean {
  const at = Date.parse(text);
  return !Number.isNaN(at) && new Date(at).toISOString().slice(0, 10) === text.slice(0, 10);
}
