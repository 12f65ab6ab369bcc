import { nearMiss } from '../near-miss.ts';
import { tradingWords } from '../trading/trading-values.ts';
import { callWords } from './call-values.ts';
import { audienceOf, placeholders, roles } from './message.ts';
import { messageWords } from './message-values.ts';
import { questionWords } from './question-values.ts';
import { relapseWords } from './relapse-values.ts';
import { taskWords } from './task-values.ts';
import { truthWords } from './truth-values.ts';

const words: readonly string[] = [
  ...[...messageWords, ...questionWords, ...callWords, ...truthWords],
  ...[...relapseWords, ...taskWords, ...tradingWords],
];

/** Returns one sentence per mistake in a text of infra/notifications: `file:line: expected …, found …`. */
export function templateMistakes(file: string, text: string): string[] {
  const [first = '', second = '', third = ''] = text.split(/\r?\n/);
  const found = [
    ...(/^SUBJECT: \S/.test(first)
      ? []
      : [`${file}:1: expected "SUBJECT: " and a subject, found ${JSON.stringify(first)}`]),
    ...(audienceOf(second)
      ? []
      : [
          `${file}:2: expected "AUDIENCE: " and one or more of ${roles.join(', ')}, with ", " between, found ${JSON.stringify(second)}`,
        ]),
    ...(third === '' ? [] : [`${file}:3: expected an empty line before the text, found ${JSON.stringify(third)}`]),
  ];
  return [...found, ...text.split('\n').flatMap((line, i) => unknownIn(line).map((one) => `${file}:${i + 1}: ${one}`))];
}

/** Finds unknown placeholders in a line, and brackets that look like a known one. The customer's other brackets are valid. */
function unknownIn(line: string): string[] {
  const unknown = placeholders(line).filter((name) => !isWord(name));
  const misspelt = [...line.matchAll(/\[([A-Za-z _-]+)\]/g)]
    .map(([, inside = '']) => inside)
    .filter(
      (inside) =>
        !placeholders(`[${inside}]`).includes(inside) && isWord(inside.toLowerCase().replaceAll(/[ -]/g, '_')),
    );
  return [...unknown, ...misspelt].map((name) => {
    const near = nearMiss(name, words);
    return `expected one of the placeholders ${words.join(', ')}, found [${name}]${near ? `; did you mean [${near}]?` : ''}`;
  });
}

const isWord = (name: string) => words.some((one) => one === name);
