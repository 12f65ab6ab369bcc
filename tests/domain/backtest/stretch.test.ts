import { describe, expect, test } from 'vitest';
import { joined, type Stretch, windows, without } from '../../../domain/backtest/stretch.ts';

const stretch = (start: number, values: readonly number[], period_seconds = 10): Stretch => ({
  start: start * 1000,
  period_seconds,
  values: Float64Array.from(values),
});

describe('stretches of a metric are joined', () => {
  test('those that follow each other become one, in the order of time', () => {
    const [one, ...others] = joined([stretch(20, [3, 4]), stretch(0, [1, 2])]);
    expect(others).toEqual([]);
    expect(one).toEqual(stretch(0, [1, 2, 3, 4]));
  });

  test('a gap is filled with missing data', () => {
    const [one] = joined([stretch(0, [1]), stretch(30, [4])]);
    expect([...(one?.values ?? [])]).toEqual([1, Number.NaN, Number.NaN, 4]);
  });

  test('stretches of different periods stay apart', () => {
    expect(joined([stretch(0, [1], 60), stretch(60, [2], 10)])).toHaveLength(2);
  });

  test('an overlap is refused, because nobody knows which value counts', () => {
    expect(() => joined([stretch(0, [1, 2]), stretch(10, [3])])).toThrow(
      'two stretches overlap: one ends at 1970-01-01T00:00:20.000Z, the next begins at 1970-01-01T00:00:10.000Z',
    );
  });
});

describe('the parts of a stretch outside of ranges', () => {
  const five = stretch(0, [1, 2, 3, 4, 5]);
  const range = (from: number, to: number) => ({ from: from * 1000, to: to * 1000 });

  test.each([
    ['no range leaves all', [], [five]],
    ['one inside leaves both ends', [range(10, 30)], [stretch(0, [1]), stretch(30, [4, 5])]],
    ['one over the beginning leaves the end', [range(-20, 20)], [stretch(20, [3, 4, 5])]],
    [
      'ranges that follow each other leave nothing between',
      [range(20, 30), range(10, 20)],
      [stretch(0, [1]), stretch(30, [4, 5])],
    ],
    ['one around it leaves nothing', [range(-10, 60)], []],
    ['one beside it leaves all', [range(50, 60)], [five]],
  ])('%s', (_, ranges, expected) => expect(without(five, ranges)).toEqual(expected));
});

describe('windows over a stretch', () => {
  test.each([
    ['Maximum', 3],
    ['Minimum', 1],
    ['Sum', 6],
    ['Average', 2],
  ] as const)('%s of 1, 2 and 3 is %d', (statistic, expected) => {
    const found = windows(stretch(0, [1, 2, 3]), statistic, { seconds: 30, step_seconds: 30 });
    expect([...found.values]).toEqual([expected]);
  });

  test('missing datapoints are left out, and a window with none is missing', () => {
    const values = [1, Number.NaN, Number.NaN, Number.NaN];
    const found = windows(stretch(0, values), 'Average', { seconds: 20, step_seconds: 20 });
    expect([...found.values]).toEqual([1, Number.NaN]);
  });

  test('windows begin at whole steps, and only whole windows count', () => {
    const found = windows(stretch(50, [9, 1, 2, 3, 4, 5, 6, 9]), 'Maximum', { seconds: 60, step_seconds: 60 });
    expect(found.start).toBe(60_000);
    expect([...found.values]).toEqual([6]);
  });

  test('windows longer than the step overlap', () => {
    const found = windows(stretch(0, [1, 2, 3, 4], 60), 'Sum', { seconds: 120, step_seconds: 60 });
    expect([...found.values]).toEqual([3, 5, 7]);
  });
});
