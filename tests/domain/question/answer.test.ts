import { describe, expect, test } from 'vitest';
import { commandFor, parseAnswer, pasteable } from '../../../domain/question/answer.ts';

test('accepts an answer and a name', () => {
  expect(parseAnswer({ answer: 'rollback', operator: 'ana' })).toEqual({
    answer: 'rollback',
    operator: 'ana',
    reason: null,
    rollback: null,
    question: null,
  });
});

test('accepts a reason and a rollback', () => {
  expect(parseAnswer({ answer: 'skip', operator: ' ana ', reason: 'host-2 is gone', rollback: 'r-1' })).toEqual({
    answer: 'skip',
    operator: 'ana',
    reason: 'host-2 is gone',
    rollback: 'r-1',
    question: null,
  });
});

test('accepts the number of the question', () => {
  expect(parseAnswer({ answer: 'retry', operator: 'ana', question: 2 })).toMatchObject({ question: 2 });
});

describe('refuses', () => {
  test.each<[string, unknown, string]>([
    ['nothing', null, 'found null'],
    ['a list', ['rollback'], 'found ["rollback"]'],
    ['a text', 'rollback', 'found "rollback"'],
    [
      'an unknown key',
      { answer: 'rollback', operator: 'ana', approve: true },
      '"approve" is not one of answer, operator, reason, rollback',
    ],
    ['no answer', { operator: 'ana' }, 'answer is missing'],
    ['no name', { answer: 'rollback' }, 'operator is missing'],
    [
      'an unknown answer',
      { answer: 'yes', operator: 'ana' },
      'answer must be one of rollback, ill-hosts, stand-down, fix-forward, retry, retry-failed-hosts, skip, without-hosts, abort, found "yes"',
    ],
    ['a misspelt answer', { answer: 'Roll back', operator: 'ana' }, 'found "Roll back" (did you mean rollback?)'],
    ['an answer that every object has', { answer: 'toString', operator: 'ana' }, 'found "toString"'],
    [
      'an empty name',
      { answer: 'rollback', operator: ' ' },
      'operator must be one line of 1 to 100 printable characters, found " "',
    ],
    [
      'a reason with a line break',
      { answer: 'rollback', operator: 'ana', reason: 'ok\nDecided: bo' },
      'reason must be one line of 1 to 500 printable characters, found "ok\\nDecided: bo"',
    ],
    ['a question that is a text', { answer: 'skip', operator: 'ana', question: '2' }, 'found "2"'],
    ['question 0', { answer: 'skip', operator: 'ana', question: 0 }, 'question must be the number of a question'],
    ['a rollback that is a number', { answer: 'rollback', operator: 'ana', rollback: 1 }, 'found 1'],
    [
      'the pasted input without a name',
      JSON.parse(pasteable('rollback', { rollback: 'r-1', number: 2 })),
      'replace YOUR NAME with your own name',
    ],
    [
      'the pasted input without a reason',
      { ...JSON.parse(pasteable('skip', { rollback: 'r-1', number: 2 })), operator: 'ana' },
      'replace WHY with your reason',
    ],
  ])('%s', (_, input, found) => {
    expect(parseAnswer(input)).toEqual({ refused: expect.stringContaining(found) });
    expect(parseAnswer(input)).toEqual({
      refused: expect.stringMatching(/^An answer looks like \{"answer": "rollback".*Nothing was decided\.$/),
    });
  });
});

test('the example of a refused without-hosts leaves hosts out', () => {
  expect(parseAnswer({ answer: 'without-hosts', operator: 'ana', reason: 'disk' })).toEqual({
    refused: expect.stringMatching(
      /^An answer looks like \{"answer": "without-hosts", "hosts": \["host-2"\].*hosts is missing/,
    ),
  });
});

test('the input to paste is a valid answer once a name is filled in', () => {
  expect(pasteable('stand-down', { rollback: 'r-1', number: 2 })).toBe(
    '{"answer":"stand-down","operator":"YOUR NAME","rollback":"r-1","question":2}',
  );
  expect(
    parseAnswer({ ...JSON.parse(pasteable('stand-down', { rollback: 'r-1', number: 2 })), operator: 'ana' }),
  ).toMatchObject({
    answer: 'stand-down',
    rollback: 'r-1',
    question: 2,
  });
});

test('gives the same answer as a command', () => {
  expect(commandFor('rollback', { rollback: 'r-1', number: 2 }, 'local')).toBe(
    'npm run rollback -- decide rollback --operator "YOUR NAME" --rollback r-1 --question 2',
  );
  expect(commandFor('skip', { rollback: 'r-1', number: 2 }, 'staging')).toBe(
    'npm run rollback -- decide skip --operator "YOUR NAME" --reason "WHY" --rollback r-1 --question 2 --environment staging',
  );
});
