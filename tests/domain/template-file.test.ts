import { expect, test } from 'vitest';
import { templateMistakes } from '../../domain/template-file.ts';

const mistakes = (...lines: string[]) => templateMistakes('alert.txt', lines.join('\n'));

test('a subject, an empty line, a body; brackets of its own stay', () => {
  expect(mistakes('SUBJECT: [RESOLVED] [[severity]] Phase [phase]', '', 'Since [detected_at].')).toEqual([]);
});

test.each([
  [
    'a placeholder that nobody fills',
    ['SUBJECT: Phase [phase]', '', '[severty]'],
    /^alert\.txt:3: expected one of the placeholders rollback_id, .*, found \[severty\]; did you mean \[severity\]\?$/,
  ],
  [
    'a placeholder in capitals',
    ['SUBJECT: Phase [phase]', '', 'It is [Severity]'],
    /^alert\.txt:3: .*, found \[Severity\]; did you mean \[severity\]\?$/,
  ],
  [
    'a placeholder with a blank',
    ['SUBJECT: Phase [phase name]', '', 'x'],
    /^alert\.txt:1: .*, found \[phase name\]; did you mean \[phase_name\]\?$/,
  ],
  ['no subject', ['Phase [phase]', '', 'x'], 'alert.txt:1: expected "SUBJECT: " and a subject, found "Phase [phase]"'],
  ['no empty line', ['SUBJECT: a', 'x'], 'alert.txt:2: expected an empty line after the subject, found "x"'],
  ['an empty file', [''], 'alert.txt:1: expected "SUBJECT: " and a subject, found ""'],
])('%s is a mistake', (_, lines, mistake) => {
  expect(mistakes(...lines)).toEqual([typeof mistake === 'string' ? mistake : expect.stringMatching(mistake)]);
});
