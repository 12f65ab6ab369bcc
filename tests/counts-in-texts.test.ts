import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { counted } from '../domain/counted.ts';

const root = join(import.meta.dirname, '..');
const rooms = 'domain lambdas cli console config statemachines cdk'.split(' ');
const nouns =
  'hosts steps tasks phases rollbacks alarms events minutes hours days seconds lines files times people characters questions reports rows executions links copies drills incidents deployments messages functions attempts metrics triggers objects bytes';

/** A template with a plural after a value: the value may be 1. "1 of 3 hosts" is right, whatever the values are. */
const plural = new RegExp(
  `(?<!\\bof |<|/)\\$\\{(?!counted)[^{}]*\\} (?:more |other |such )*(?:${nouns.replaceAll(' ', '|')})\\b(?!=)`,
);

/** A part of a line whose value is never 1, with the reason. */
const neverOne: Readonly<Record<string, string>> = {
  'more than ${mostMonths} months': 'a limit of several months',
  'at least ${leastExecutions} executions': 'a limit of many',
  'for ${keptForDays} days at least': 'ninety days',
  'at most ${longest} characters': 'a limit of many',
  'at most ${mostCharacters} characters': 'a limit of many',
  'may have ${mostBytes} characters': 'a limit of many',
  '${lines} lines, beginning with': 'only if there are several',
  '(tried ${times} times)': 'only if there are several',
  '(${times} times)': 'only if there are several',
  '(${text.length} characters in the record)': 'only of a long text',
  '${planMinutes} minutes old': 'fifteen minutes',
  '${open.length} questions are open': 'only if there are several',
  '${others.length + 1} rollbacks are open': 'only if there are others',
  '${mostBytes} bytes': 'a limit of many',
  '${total} bytes': 'more than a limit of many',
  '${approvers} people': 'only if one person is not enough',
  '${approvers} approvers': 'only if one person is not enough',
  '${hours * 60} minutes': 'half an hour',
  '.toFixed(1)} minutes': 'a decimal number',
  '${per(acting)} rollbacks': 'a decimal number',
  "${'ending'.padEnd(24)} minutes": 'the head of a table',
  '${metrics} more lines': 'the name of a file',
};

test.each([
  [0, '0 hosts'],
  [1, '1 host'],
  ['1', '1 host'],
  [1.5, '1.5 hosts'],
  ['1,000', '1,000 hosts'],
  [null, 'an unknown number of hosts'],
])('a count of %s is "%s"', (count, text) => expect(counted(count, 'host')).toBe(text));

test('no text puts a plural behind a number that may be one', () => {
  const files = rooms.flatMap((room) => globSync(`${room}/**/*.{ts,js}`, { cwd: root }));
  const found = files.flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .flatMap((line, index) => {
        const known = Object.keys(neverOne).reduce((rest, one) => rest.replaceAll(one, ''), line);
        return plural.test(known) && !/=== 1 \?/.test(known)
          ? [`${file}:${index + 1}: ${plural.exec(known)?.[0]}`]
          : [];
      }),
  );
  expect(found).toEqual([]);
});

/** A count and its noun, which the text itself puts into the singular. */
const byHand = /\$\{([\w.[\]]+)\} \$\{\1 === 1 \?/;

test('every text counts by the one function', () => {
  const files = rooms.flatMap((room) => globSync(`${room}/**/*.ts`, { cwd: root }));
  const counts = files.filter((file) => byHand.test(readFileSync(join(root, file), 'utf8')));
  expect(counts).toEqual([]);
});
