import { expect, test } from 'vitest';
import { nearMiss } from '../../domain/near-miss.ts';

const keys = ['timeout', 'stage', 'at_least', 'notBreaching', 'clear-corrupted-cache.py'];

test.each([
  ['timout', 'timeout'],
  ['stgae', 'stage'],
  ['at-least', 'at_least'],
  ['notbreaching', 'notBreaching'],
  ['clear-corupted-cache.py', 'clear-corrupted-cache.py'],
])('for %s finds %s', (word, meant) => {
  expect(nearMiss(word, keys)).toBe(meant);
});

test('a short word is not taken for another one of which it has half the letters', () => {
  const shells = ['bash', 'zsh'];
  expect(['fish', 'bsh', 'bahs', 'absh', 'BASH'].map((one) => nearMiss(one, shells))).toEqual([
    undefined,
    ...Array(4).fill('bash'),
  ]);
});

test.each(['retries', 'x', ''])('finds nothing for %j', (word) => {
  expect(nearMiss(word, keys)).toBeUndefined();
});
