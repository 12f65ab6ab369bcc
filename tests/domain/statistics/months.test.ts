import { describe, expect, test } from 'vitest';
import { monthsOf } from '../../../domain/statistics/months.ts';

const present = '2026-03';

describe('the months', () => {
  test.each([
    ['without a choice: the last six', {}, ['2025-10', '2025-11', '2025-12', '2026-01', '2026-02', '2026-03']],
    ['of one month', { month: '2025-11' }, ['2025-11']],
    ['from a month to the present one', { from: '2026-02' }, ['2026-02', '2026-03']],
    ['from a month to another, over the end of a year', { from: '2025-12', to: '2026-01' }, ['2025-12', '2026-01']],
    ['of the last two', { last: 2 }, ['2026-02', '2026-03']],
    ['of the present one', { last: 1 }, ['2026-03']],
  ])('%s', (_, choice, months) => expect(monthsOf(choice, present)).toEqual(months));
});

describe('refused is', () => {
  test.each([
    ['a month that is none', { month: '2026-13' }, '--month takes a month such as 2026-03; found "2026-13".'],
    ['a day', { from: '2026-01-05' }, '--from takes a month such as 2026-03; found "2026-01-05".'],
    [
      'a month that has not begun',
      { from: '2026-01', to: '2026-04' },
      '--to is in the future: found 2026-04, and it is 2026-03 in UTC.',
    ],
    [
      'a range that ends before it starts',
      { from: '2026-02', to: '2026-01' },
      '--from must not be after --to; found 2026-02 and 2026-01.',
    ],
    ['an end without a beginning', { to: '2026-02' }, '--to needs --from, the first month.'],
    ['two choices', { month: '2026-02', last: 3 }, 'Choose the months by one of --month, --from and --to, or --last.'],
    [
      'more than ten years',
      { from: '1000-01' },
      'From 1000-01 to 2026-03 are more than 120 months. Choose a later --from.',
    ],
  ])('%s', (_, choice, says) => expect(() => monthsOf(choice, present)).toThrow(says));
});
