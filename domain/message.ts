/** A text of infra/notifications: `SUBJECT: …`, an empty line, the body. `[lower_case]` stands for a value. */
export type Template = string;
export type Message = { readonly subject: string; readonly body: string };

const placeholder = /\[([a-z][a-z_]*)\]/g;

/** The names a template wants values for. */
export const placeholders = (template: Template): string[] => [
  ...new Set([...template.matchAll(placeholder)].map(([, name = '']) => name)),
];

/**
 * The message with its values put in. A value that is missing is said to be unknown: a message with a gap is better than
 * none at 3 a.m.
 *
 * SNS takes subjects of printable text without line breaks and under 100 characters (SNS API, Publish).
 */
export function message(template: Template, values: Readonly<Record<string, string | number | null>>): Message {
  const filled = (text: string) => text.replaceAll(placeholder, (_, name: string) => String(values[name] ?? 'unknown'));
  const [first = '', ...rest] = template.split('\n');
  return { subject: cleanSubject(filled(first.replace(/^SUBJECT:\s*/, ''))), body: filled(rest.join('\n')).trim() };
}

const longestSubject = 99;

function cleanSubject(text: string): string {
  const clean = text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  if (clean.length <= longestSubject) return clean;
  let cut = '';
  for (const character of clean) {
    if (cut.length + character.length >= longestSubject) break; // leaves one for the …
    cut += character;
  }
  return `${cut}…`;
}
