import { expect, test } from 'vitest';
import { templateMistakes } from '../../../domain/message/template-file.ts';

const mistakes = (...lines: string[]) => templateMistakes('alert.txt', lines.join('\n'));

const audience = 'AUDIENCE: Operations';

test('accepts a subject, an audience, an empty line and a body with brackets of its own', () => {
  expect(mistakes('SUBJECT: [RESOLVED] [[severity]] Phase [phase]', audience, '', 'Since [detected_at].')).toEqual([]);
});

test.each([
  [
    'an unknown placeholder',
    ['SUBJECT: Phase [phase]', audience, '', '[severty]'],
    /^alert\.txt:4: expected one of the placeholders rollback_id, .*, found \[severty\]; did you mean \[severity\]\?$/,
  ],
  [
    'a placeholder in capitals',
    ['SUBJECT: Phase [phase]', audience, '', 'It is [Severity]'],
    /^alert\.txt:4: .*, found \[Severity\]; did you mean \[severity\]\?$/,
  ],
  [
    'a placeholder with a blank',
    ['SUBJECT: Phase [phase name]', audience, '', 'x'],
    /^alert\.txt:1: .*, found \[phase name\]; did you mean \[phase_name\]\?$/,
  ],
  [
    'no subject',
    ['Phase [phase]', audience, '', 'x'],
    'alert.txt:1: expected "SUBJECT: " and a subject, found "Phase [phase]"',
  ],
  ['no empty line', ['SUBJECT: a', audience, 'x'], 'alert.txt:3: expected an empty line before the text, found "x"'],
])('refuses %s', (_, lines, mistake) => {
  expect(mistakes(...lines)).toEqual([typeof mistake === 'string' ? mistake : expect.stringMatching(mistake)]);
});

test('refuses an empty file, for its subject and its audience', () => {
  expect(mistakes('')).toEqual([
    'alert.txt:1: expected "SUBJECT: " and a subject, found ""',
    expect.stringMatching(/^alert\.txt:2: expected "AUDIENCE: "/),
  ]);
});

test.each([
  ['nobody', ''],
  ['a role that is not in the team', 'AUDIENCE: Operations, CTO'],
])('refuses a text for %s', (_, line) => {
  expect(mistakes('SUBJECT: a', line, '', 'x')).toEqual([
    `alert.txt:2: expected "AUDIENCE: " and one or more of Technical Lead, Operations, QA, Communications, Support, with ", " between, found ${JSON.stringify(line)}`,
  ]);
});
