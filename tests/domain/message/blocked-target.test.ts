import { expect, test } from 'vitest';
import { blockedTarget } from '../../../domain/message/blocked-target.ts';

const block = (version: string, phase: number | null) => ({
  ...{ version, phase, operator: 'ana', reason: 'bad fills' },
  at: '2026-03-02T09:00:00.000Z',
});
const target = { phase: 1, version: 'v1.3.0', by: ['restore'] };
const commands = (says: string | null) => [...(says ?? '').matchAll(/unblock [^"]*/g)].map(([one]) => one.trim());

test('nothing is said if nothing blocks the target', () => {
  expect(blockedTarget([block('v1.3.0', 2), block('v1.2.0', null)], [target], null)).toBeNull();
});

test('each block of a version is named with its command: the end of one would leave the other', () => {
  expect(commands(blockedTarget([block('v1.3.0', 1), block('v1.3.0', null)], [target], null))).toEqual([
    'unblock --version v1.3.0 --operator',
    'unblock --version v1.3.0 --phase 1 --operator',
  ]);
});

test('a block that keeps two phases from a version is named once', () => {
  expect(commands(blockedTarget([block('v1.3.0', null)], [target, { ...target, phase: 2 }], null))).toHaveLength(1);
});
