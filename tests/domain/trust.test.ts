import { expect, test } from 'vitest';
import { type Trust, trustOf } from '../../domain/trust.ts';

test.each<[Trust, Trust, Trust]>([
  ['auto', 'auto', 'auto'],
  ['auto', 'approve', 'approve'],
  ['auto', 'observe', 'observe'],
  ['approve', 'auto', 'approve'],
  ['observe', 'auto', 'observe'],
  ['observe', 'approve', 'observe'],
])('trust of environment %s and trigger %s is %s', (environment, trigger, trust) => {
  expect(trustOf(environment, trigger)).toBe(trust);
});
