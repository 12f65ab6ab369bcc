import { expect, test } from 'vitest';
import { canaryLine } from '../../../domain/ready/canary-line.ts';
import type { DeployedVersion } from '../../../domain/target/replaced-version.ts';

const at = '2026-03-02T09:00:00.000Z';
const canary: DeployedVersion = { version: 'v2', at, hosts: ['host-1'] };
const watched = (verified: boolean) => ({
  ...canary,
  watched: { verified, why: verified ? 'no red' : 'latency was red' },
});
const line = (recent: readonly DeployedVersion[], asked?: boolean, group = ['host-1']) =>
  canaryLine({ phase: 1, version: 'v2', group, recent, canary: asked });

// asked: what is next: the canary group (true), every other host (false), or nobody asked (undefined).
test.each<[string, readonly DeployedVersion[], [boolean, boolean, boolean]]>([
  ['it is not deployed', [], [true, false, true]],
  ['its watch window lasts', [canary], [false, false, true]],
  ['it passed there', [watched(true)], [true, true, true]],
  ['it did not pass', [watched(false)], [false, false, false]],
  ['it was rolled back', [{ ...watched(true), rolled_back: { rollback: 'r-1', at } }], [false, false, false]],
  ['every host has it', [{ version: 'v2', at }, watched(true)], [true, true, true]],
])('a version is ready for the canary group, for the other hosts, and by schedule: if %s', (_, recent, expected) => {
  expect([true, false, undefined].map((asked) => line(recent, asked).ready)).toEqual(expected);
});

test('the line names what to do first', () => {
  expect(line([], false)).toMatchObject({
    evidence: 'v2 is not on the canary group yet (host-1)',
    todo: expect.stringContaining('deployed --phase 1 --version v2 --canary'),
  });
});

test('without a group the line does not apply', () => {
  expect(line([], false, [])).toMatchObject({ ready: true, evidence: expect.stringContaining('Not applicable') });
});
