import { expect, test } from 'vitest';
import { parseNamedHalt, parseResume } from '../../../domain/trading/halt-request.ts';

test.each([
  ['Halting', parseNamedHalt],
  ['Resuming', parseResume],
])('a wrong request says what it was for: %s trading', (word, parse) => {
  expect(() => parse({ operator: 'ana', reason: '' })).toThrow(`${word} trading takes`);
});
