/**
 * Control characters, line breaks among them: what people type is shown in terminals and messages a year later, where
 * such a character could forge a line.
 */
export const unprintable = /[\p{Cc}\p{Zl}\p{Zp}]/u;

/** One such line whole, as a pattern that editors can check too. */
export const printableLine = /^[^\p{Cc}\p{Zl}\p{Zp}]+$/u;

/** What somebody typed, trimmed; undefined where it is not one line of printable characters, or too long. */
export function lineOf(found: unknown, most: number): string | undefined {
  const text = typeof found === 'string' ? found.trim() : '';
  return text !== '' && text.length <= most && !unprintable.test(text) ? text : undefined;
}
