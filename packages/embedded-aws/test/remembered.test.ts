import { describe, expect, test } from 'vitest';
import { remembered } from '../src/remembered.ts';

describe('a remembered function', () => {
  test('makes the value of a text once', () => {
    const made: string[] = [];
    const length = remembered(2, (text) => made.push(text));
    expect([length('a'), length('b'), length('a'), length('b')]).toEqual([1, 2, 1, 2]);
    expect(made).toEqual(['a', 'b']);
  });

  test('forgets all values once there are more than it may keep', () => {
    const made: string[] = [];
    const length = remembered(2, (text) => made.push(text));
    for (const text of ['a', 'b', 'c', 'a']) length(text);
    expect(made).toEqual(['a', 'b', 'c', 'a']);
  });

  test('remembers no error', () => {
    let calls = 0;
    const failing = remembered(2, () => {
      calls += 1;
      throw new Error('why');
    });
    for (const _ of [1, 2]) expect(() => failing('a')).toThrow('why');
    expect(calls).toBe(2);
  });
});

test('texts of too many characters are forgotten together', () => {
  const made: string[] = [];
  const length = remembered(
    100,
    (text) => {
      made.push(text);
      return text.length;
    },
    10,
  );
  for (const text of ['aaaaaa', 'bbbb', 'aaaaaa', 'c', 'aaaaaa', 'cccccccccccc', 'cccccccccccc']) length(text);
  expect(made).toEqual(['aaaaaa', 'bbbb', 'c', 'aaaaaa', 'cccccccccccc']);
});
