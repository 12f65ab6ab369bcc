import { describe, expect, test } from 'vitest';
import { unlike } from './likeness.ts';

describe('a recorded value is like', () => {
  test.each([
    ['an equal one', { a: [1, null] }, { a: [1, null] }],
    ['one with its keys in another order', { a: 1, b: 2 }, { b: 2, a: 1 }],
    ['the JSON text of an equal one', { a: 1 }, '{ "a": 1 }'],
    ['any text, if it is a placeholder', '<uuid:1>', 'b5a1'],
    ['any value, if the recorder replaced all of it', 'stateExitedEventDetails.output', [1]],
    ['a text with anything for its placeholders', 'role/<resource:1> in <region>', 'role/sfn in us-east-1'],
    ['a placeholder in a JSON text', '"date"', '"2026-01-01"'],
  ])('%s', (_, recorded, value) => {
    expect(unlike(recorded, value)).toBeUndefined();
  });
});

describe('a recorded value is unlike', () => {
  test.each([
    ['another value', { a: 1 }, { a: 2 }, '/a: AWS 1, the account 2'],
    ['a missing value', { error: '<error>' }, {}, '/error: AWS "<error>", the account has none'],
    ['an unknown value', {}, { error: '' }, '/error: AWS has none, the account ""'],
    ['another order', [1, 2], [2, 1], '/0: AWS 1, the account 2'],
    ['null instead of nothing', {}, { a: null }, '/a: AWS has none, the account null'],
    [
      'a text around its placeholders',
      'role/<resource:1>',
      'rule/sfn',
      ': AWS "role/<resource:1>", the account "rule/sfn"',
    ],
  ])('%s', (_, recorded, value, found) => {
    expect(unlike(recorded, value)).toBe(found);
  });
});
