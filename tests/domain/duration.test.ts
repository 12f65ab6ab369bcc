import { expect, test } from 'vitest';
import { duration } from '../../domain/duration.ts';

test.each([
  ['90s', 90],
  ['15m', 900],
  ['4h', 14_400],
  ['1s', 1],
])('%s is %i seconds', (text, seconds) => {
  expect(duration.parse(text)).toBe(seconds);
});

test.each(['90', '0s', '09s', '-5m', '1.5h', '2 m', '2M', '1d', '1h30m', '', 90])('%j is no duration', (found) => {
  expect(duration.safeParse(found).success).toBe(false);
});
