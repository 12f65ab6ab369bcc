import { describe, expect, test } from 'vitest';
import { duration, upToFourHours } from '../../domain/duration.ts';

test.each([
  ['90s', 90],
  ['15m', 900],
  ['4h', 14_400],
  ['1s', 1],
])('%s is %i seconds', (text, seconds) => {
  expect(duration.parse(text)).toBe(seconds);
});

test.each(['90', '0s', '09s', '-5m', '1.5h', '2 m', '2M', '1d', '1h30m', '', 90])('%j is not a duration', (found) => {
  expect(duration.safeParse(found).success).toBe(false);
});

describe('at most four hours', () => {
  test.each(['1s', '99s', '9999s', '10000s', '13999s', '14399s', '14400s', '1m', '99m', '199m', '239m', '240m', '4h'])(
    'accepts %s',
    (text) => {
      expect(upToFourHours.parse(text)).toBe(duration.parse(text));
    },
  );

  test.each(['14401s', '14500s', '15000s', '20000s', '100000s', '241m', '250m', '300m', '1000m', '5h', '10h'])(
    'refuses %s',
    (text) => {
      expect(upToFourHours.safeParse(text).error?.issues.map(({ message }) => message)).toEqual([
        'at most 4h, the longest limit of a rollback',
      ]);
    },
  );

  test('reports a text that is not a duration once', () => {
    expect(upToFourHours.safeParse('15 minutes').error?.issues.map(({ message }) => message)).toEqual([
      'a duration such as 90s, 15m or 4h',
    ]);
  });
});
