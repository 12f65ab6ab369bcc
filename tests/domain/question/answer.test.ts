import { describe, expect, test } from 'vitest';
import { commandFor, parseAnswer, pasteable } from '../../../domain/question/answer.ts';

test('an answer and a name are enough', () => {
  expect(parseAnswer({ answer: 'rollback', operator: 'ana' })).toEqual({
    answer: 'rollback',
    operator: 'ana',
    reason: null,
    rollback: null,
  });
});

test('an answer may give its reason and name the rollback', () => {
  expect(parseAnswer({ answer: 'skip', operator: ' ana ', reason: 'host-2 is gone', rollback: 'r-1' })).toEqual({
    answer: 'skip',
    operator: 'ana',
    reason: 'host-2 is gone',
    rollback: 'r-1',
  });
});

describe('refused, with what was expected and what was found', () => {
  test.each<[string, unknown, string]>([
    ['nothing', null, 'found null'],
    ['a list', ['rollback'], 'found ["rollback"]'],
    ['a text', 'rollback', 'found "rollback"'],
    [
      'a key nobody knows',
      { answer: 'rollback', operator: 'ana', approve: true },
      '"approve" is not one of answer, operator, reason, rollback',
    ],
    ['no answer', { operator: 'ana' }, 'answer is missing'],
    ['no name', { answer: 'rollback' }, 'operator is missing'],
    [
      'an answer nobody knows',
      { answer: 'yes', operator: 'ana' },
      'answer must be one of rollback, stand-down, fix-forward, retry, retry-failed-hosts, skip, abort, found "yes"',
    ],
    ['an answer misspelt', { answer: 'Roll back', operator: 'ana' }, 'found "Roll back" (did you mean rollback?)'],
    ['an answer that every object has', { answer: 'toString', operator: 'ana' }, 'found "toString"'],
    [
      'an empty name',
      { answer: 'rollback', operator: ' ' },
      'operator must be one line of 1 to 100 printable characters, found " "',
    ],
    [
      'a reason that forges a line',
      { answer: 'rollback', operator: 'ana', reason: 'ok\nDecided: bo' },
      'reason must be one line of 1 to 500 printable characters, found "ok\\nDecided: bo"',
    ],
    ['a rollback that is a number', { answer: 'rollback', operator: 'ana', rollback: 1 }, 'found 1'],
    [
      'the pasted input with nobody named in it',
      JSON.parse(pasteable('rollback', 'r-1')),
      'replace YOUR NAME with your own name',
    ],
    [
      'the pasted input with no reason put in',
      { ...JSON.parse(pasteable('skip', 'r-1')), operator: 'ana' },
      'replace WHY with your reason',
    ],
  ])('%s', (_, input, found) => {
    expect(parseAnswer(input)).toEqual({ refused: expect.stringContaining(found) });
    expect(parseAnswer(input)).toEqual({
      refused: expect.stringMatching(/^An answer looks like \{"answer": "rollback".*Nothing was decided\.$/),
    });
  });
});

test('what a message gives to paste is an answer once a name stands in it', () => {
  expect(pasteable('stand-down', 'r-1')).toBe('{"answer":"stand-down","operator":"YOUR NAME","rollback":"r-1"}');
  expect(parseAnswer({ ...JSON.parse(pasteable('stand-down', 'r-1')), operator: 'ana' })).toMatchObject({
    answer: 'stand-down',
    rollback: 'r-1',
  });
});

test('the same as a command', () => {
  expect(commandFor('rollback', 'r-1', 'local')).toBe(
    'npm run rollback -- decide rollback --operator "YOUR NAME" --rollback r-1',
  );
  expect(commandFor('skip', 'r-1', 'staging')).toBe(
    'npm run rollback -- decide skip --operator "YOUR NAME" --reason "WHY" --rollback r-1 --environment staging',
  );
});
