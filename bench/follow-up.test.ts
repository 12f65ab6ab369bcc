import { expect, test } from 'vitest';
import { followUpCost, transitions } from './follow-up.ts';

// The limits are those of the figures that were promised: 60 transitions and two cents per incident.

test('a follow-up of seven days makes 54 transitions, of at most 60: the rest is for retries', () => {
  expect(transitions()).toBe(54);
});

test('a follow-up costs less than two cents', () => {
  expect(followUpCost()).toBeLessThan(0.02);
  expect(followUpCost()).toBeCloseTo(0.007, 3);
});
