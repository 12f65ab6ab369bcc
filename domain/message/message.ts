/**
 * A text of infra/notifications: `SUBJECT: …`, `AUDIENCE: …`, an empty line, the body. `[lower_case]` stands for a value.
 */
export type Template = string;
type Message = {
  readonly subject: string;
  readonly body: string;
  /** Whom it is for, so that each role can subscribe to its own. */
  readonly audience: readonly Role[];
};

/** Who works on an incident (seed, "Incident Response Team"). */
export const roles = ['Technical Lead', 'Operations', 'QA', 'Communications', 'Support'] as const;
type Role = (typeof roles)[number];

/** The roles that a template's second line names; null where it is no such line. */
export function audienceOf(line: string): Role[] | null {
  const names = /^AUDIENCE: (.+)$/.exec(line)?.[1]?.split(', ');
  const found = names?.map((name) => roles.find((role) => role === name));
  return found && !found.includes(undefined) ? (found as Role[]) : null;
}

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
  const [first = '', second = '', ...rest] = template.split('\n');
  const audience = audienceOf(second);
  return {
    subject: cleanSubject(filled(first.replace(/^SUBJECT:\s*/, ''))),
    body: filled((audience ? rest : [second, ...rest]).join('\n')).trim(),
    audience: audience ?? roles, // whom a text without that line is for is not known, and a message too many is better
  };
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
