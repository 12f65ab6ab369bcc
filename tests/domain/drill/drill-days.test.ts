import { expect, test } from 'vitest';
import { drillDays } from '../../../domain/drill/drill-days.ts';

const pairs = (shuffled: boolean) => drillDays([1, 2, 3, 4], shuffled);

test.each([false, true])('each of the 24 pairs has one day that every month has; shuffled: %s', (shuffled) => {
  const all = pairs(shuffled);
  expect(new Set(all.map(({ phase, trigger }) => `${phase} ${trigger}`)).size).toBe(24);
  expect(all.every(({ day }) => day >= 1 && day <= 28)).toBe(true);
  expect(new Set(all.map(({ day }) => day)).size).toBe(24);
});

test('without shuffling the phases come one after the other', () => {
  expect(pairs(false).map(({ phase }) => phase)).toEqual(
    pairs(false)
      .map(({ phase }) => phase)
      .toSorted(),
  );
  expect(pairs(true).map(({ phase }) => phase)).not.toEqual(pairs(false).map(({ phase }) => phase));
});

test('a shuffled order is the same at each deployment', () => {
  expect(pairs(true)).toEqual(pairs(true));
});
