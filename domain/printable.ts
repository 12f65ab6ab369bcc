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

/**
 * Returns what was found as one printable line of at most `most` characters, if it must not be refused: control characters and line
 * breaks become blanks, and the rest is cut off. undefined: nothing is left.
 */
export function cleanedLine(found: unknown, most: number): string | undefined {
  if (found === undefined || found === null) return undefined;
  const text = typeof found === 'string' ? found : shown(found);
  const line = text.replaceAll(new RegExp(`${unprintable.source}+`, 'gu'), ' ').trim();
  if (line.length <= most) return line || undefined;
  const cut = line.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, ''); // half of a character of two units
  return `${cut}…`;
}

/**
 * Returns what was found as JSON for an error message, at most 60 characters of it. JSON escapes only some of the characters
 * that could forge a line, so the others are escaped here.
 */
export const shown = (found: unknown): string => withCodes((JSON.stringify(found) ?? 'nothing').slice(0, 60));

/**
 * Returns a text in which characters that control a terminal, are invisible or turn the direction of writing are codes such as \u202e.
 * Line breaks and tabs stay. JSON stays the same JSON, because the codes are its own.
 */
export const withCodes = (text: string): string =>
  text.replaceAll(/(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (one) =>
    one
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
