import { withCodes } from '../printable.ts';

/** A text of infra/notifications: `SUBJECT: …`, `AUDIENCE: …`, an empty line, the body. `[lower_case]` is a placeholder. */
export type Template = string;
type Message = {
  readonly subject: string;
  readonly body: string;
  /** The roles that the message is for; each role can subscribe to its own messages. */
  readonly audience: readonly Role[];
};

/** The roles that work on an incident (procedure, "Incident Response Team"). */
export const roles = ['Technical Lead', 'Operations', 'QA', 'Communications', 'Support'] as const;
type Role = (typeof roles)[number];

/** Returns the roles that a template's AUDIENCE line names; null if the line is not a valid AUDIENCE line. */
export function audienceOf(line: string): Role[] | null {
  const names = /^AUDIENCE: (.+)$/.exec(line)?.[1]?.split(', ');
  const found = names?.map((name) => roles.find((role) => role === name));
  return found && !found.includes(undefined) ? (found as Role[]) : null;
}

const placeholder = /\[([a-z][a-z_]*)\]/g;

/** Returns the name of each placeholder in a template, once. */
export const placeholders = (template: Template): string[] => [
  ...new Set([...template.matchAll(placeholder)].map(([, name = '']) => name)),
];

/**
 * Fills a template's placeholders, with codes for characters that nobody sees or that turn the text around. A missing value becomes "unknown": at 3 a.m. a message with a gap is better than none. A command of
 * the template is not repeated by a value: people who paste everything would send it twice.
 *
 * SNS accepts subjects of printable text without line breaks and under 100 characters (SNS API, Publish).
 */
export function message(template: Template, values: Readonly<Record<string, string | number | null>>): Message {
  const filled = (text: string) => text.replaceAll(placeholder, (_, name: string) => String(values[name] ?? 'unknown'));
  const [first = '', second = '', ...rest] = template.split('\n');
  const audience = audienceOf(second);
  return {
    subject: cleanSubject(filled(first.replace(/^SUBJECT:\s*/, ''))),
    body: withCodes(
      withoutRepeats(filled((audience ? rest : [second, ...rest]).join('\n')).split('\n'))
        .join('\n')
        .trim(),
    ),
    audience: audience ?? roles, // without an AUDIENCE line everybody gets the message: one too many is better than none
  };
}

const isCommand = (line: string | undefined) => line?.startsWith('npm run rollback -- ') ?? false;

/** Keeps the first of equal command lines. A heading, such as "Next:", goes with its last command. */
function withoutRepeats(lines: readonly string[]): string[] {
  const kept = lines.filter((line, at) => !isCommand(line) || lines.indexOf(line) === at);
  if (kept.length === lines.length) return kept;
  const begun = lines.filter((line, at) => line.endsWith(':') && isCommand(lines[at + 1]));
  return kept.filter((line, at) => !begun.includes(line) || isCommand(kept[at + 1]));
}

/** Returns the template of a drill's message: DRILL is the first word of its subject and of its text. */
export function asDrill(template: Template): Template {
  const [subject = '', ...rest] = template.split('\n');
  if (subject.startsWith('SUBJECT: DRILL')) return template;
  const [audience = '', ...body] = rest;
  return [
    subject.replace(/^SUBJECT:\s*/, 'SUBJECT: DRILL '),
    audience,
    '',
    'DRILL: this is an exercise. Nothing is rolled back; no host and no flag is changed.',
    ...body,
  ].join('\n');
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
    if (cut.length + character.length >= longestSubject) break; // leaves room for the …
    cut += character;
  }
  return `${cut}…`;
}
