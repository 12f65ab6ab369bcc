/**
 * Matches a control character or a line break. Terminals and messages show what people type, even a year later, and such
 * a character could forge a line there.
 */
export const unprintable = /[\p{Cc}\p{Zl}\p{Zp}]/u;

/** Matches one whole line of printable characters; editors check the same pattern through the JSON schema. */
export const printableLine = /^[^\p{Cc}\p{Zl}\p{Zp}]+$/u;

/**
 * Returns a typed text without the blanks around it.
 * Returns undefined unless it is one line of 1 to `most` printable characters.
 */
export function lineOf(found: unknown, most: number): string | undefined {
  const text = typeof found === 'string' ? found.trim() : '';
  return text !== '' && text.length <= most && !unprintable.test(text) ? text : undefined;
}
