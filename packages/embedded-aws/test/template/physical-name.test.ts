import { expect, test } from 'vitest';
import { physicalName } from '../../src/template/physical-name.ts';

test('a name consists of the stack, the logical id and twelve characters', () => {
  expect(physicalName('rollback-local', 'StepsRole1')).toMatch(/^rollback-local-StepsRole1-[0-9A-Z]{12}$/);
});

test('a name is the same every time', () => {
  expect(physicalName('app', 'Role')).toBe(physicalName('app', 'Role'));
});

test('a name has at most the longest length of its service, and is still unique', () => {
  const [one, other] = ['A', 'B'].map((end) => physicalName('rollback-local', `${'Long'.repeat(20)}${end}`, 64));
  expect(one).toHaveLength(64);
  expect(one).not.toBe(other);
});
