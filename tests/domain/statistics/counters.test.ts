import { expect, test } from 'vitest';
import { below, minus, numberAt, plus, summed } from '../../../domain/statistics/counters.ts';

test('counters are added by name, at any depth', () => {
  expect(plus({ count: 1, ending: { a: 1 } }, { count: 2, ending: { a: 1, b: 3 } })).toEqual({
    count: 3,
    ending: { a: 2, b: 3 },
  });
});

test('a number that becomes 0 is left out, and so is a name without numbers', () => {
  expect(minus({ count: 2, ending: { a: 1 } }, { count: 1, ending: { a: 1 } })).toEqual({ count: 1 });
});

test('the sum of nothing is nothing', () => expect(summed([])).toEqual({}));

test('a name that was never counted is 0, and nothing is below it', () => {
  expect([numberAt({ count: 1 }, 'review', 'right'), below({ count: 1 }, 'review')]).toEqual([0, {}]);
});

test('a name that counts by itself and by parts is an error', () => {
  expect(() => plus({ review: 1 }, { review: { right: 1 } })).toThrow(
    'A name counts either by itself or by parts; found 1 and parts under the same name.',
  );
});
