import { describe, expect, test } from 'vitest';
import {
  bucketError,
  bucketOf,
  counted,
  type Histogram,
  percentile,
  summed,
} from '../../../domain/history/histogram.ts';

const of = (...minutes: number[]): Histogram => minutes.reduce<Histogram>(counted, {});

describe('a bucket', () => {
  test.each([
    [0, 0],
    [0.05, 0],
    [0.051, 1],
    [0.055, 1],
    [0.0551, 2],
  ])('of %d minutes is number %d', (minutes, bucket) => expect(bucketOf(minutes)).toBe(bucket));
});

describe('a percentile', () => {
  test('of nothing is null', () => expect(percentile({}, 0.5)).toBeNull());

  test('of one duration is that duration, within the error of a bucket', () => {
    for (let minutes = 0.1; minutes < 10_000; minutes *= 1.037) {
      const read = percentile(of(minutes), 0.95) ?? 0;
      expect(Math.abs(read - minutes) / minutes).toBeLessThan(bucketError + 0.005 / minutes); // two decimals
    }
  });

  test.each([
    [0.5, 5],
    [0.95, 10],
    [1, 10],
    [0.1, 1],
  ])('%d of 1 to 10 minutes is %d, by nearest rank', (share, minutes) => {
    const read = percentile(of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), share) ?? 0;
    expect(Math.abs(read - minutes) / minutes).toBeLessThan(bucketError);
  });
});

test('the sum of two histograms is the histogram of all durations', () => {
  expect(summed([of(1, 2, 3), of(2, 30)])).toEqual(of(1, 2, 2, 3, 30));
});
