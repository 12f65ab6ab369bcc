import { placeholders } from './message.ts';
import { messageWords } from './message-values.ts';
import { nearMiss } from './near-miss.ts';

/** What is wrong in a text of infra/notifications: `file:line: what was expected, what was found`. */
export function templateMistakes(file: string, text: string): string[] {
  const [first = '', second = ''] = text.split(/\r?\n/);
  const found = [
    ...(/^SUBJECT: \S/.test(first)
      ? []
      : [`${file}:1: expected "SUBJECT: " and a subject, found ${JSON.stringify(first)}`]),
    ...(second === '' ? [] : [`${file}:2: expected an empty line after the subject, found ${JSON.stringify(second)}`]),
  ];
  return [...found, ...text.split('\n').flatMap((line, i) => unfilled(line).map((one) => `${file}:${i + 1}: ${one}`))];
}

/** Placeholders of a line that nobody fills, and brackets that look like one. Brackets of the customer's own are left. */
function unfilled(line: string): string[] {
  const unknown = placeholders(line).filter((name) => !isWord(name));
  const meant = [...line.matchAll(/\[([A-Za-z _-]+)\]/g)]
    .map(([, inside = '']) => inside)
    .filter(
      (inside) =>
        !placeholders(`[${inside}]`).includes(inside) && isWord(inside.toLowerCase().replaceAll(/[ -]/g, '_')),
    );
  return [...unknown, ...meant].map((name) => {
    const near = nearMiss(name, messageWords);
    return `expected one of the placeholders ${messageWords.join(', ')}, found [${name}]${near ? `; did you mean [${near}]?` : ''}`;
  });
}

const isWord = (name: string) => messageWords.some((one) => one === name);
