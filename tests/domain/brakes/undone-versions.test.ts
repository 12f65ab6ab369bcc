import { expect, test } from 'vitest';
import { undoneVersions } from '../../../domain/brakes/undone-versions.ts';

const at = '2026-03-02T08:50:00.000Z';
const deployment = { version: 'v1.4.0', at };
const scope = { only_hosts: null, deployment, targets: [{ phase: 1, version: 'pre-phase1' }] };

test('a rollback undoes the version that was deployed', () => {
  expect(undoneVersions({ phase: 1 }, scope)).toEqual([{ phase: 1, version: 'v1.4.0', deployed_at: at }]);
});

test.each([
  ['no deployment is on record', { deployment: null }],
  ['it is of a few hosts', { only_hosts: ['host-2'] }],
  ['the version is also the one that it restores', { deployment: { version: 'pre-phase1', at } }],
])('it undoes none if %s', (_, changes) => {
  expect(undoneVersions({ phase: 1 }, { ...scope, ...changes })).toEqual([]);
});

test('a rollback of several phases undoes one in each phase that no other rollback has done', () => {
  const parts = [
    { phase: 4, deployment: { version: 'v4', at } },
    { phase: 3, deployment: { version: 'v3', at }, done_by: 'r-0' },
    { phase: 2, deployment: null },
    { phase: 1, deployment },
  ];
  const undone = undoneVersions({ phase: 1, phases: [4, 3, 2, 1] }, { ...scope, parts });
  expect(undone.map(({ phase, version }) => [phase, version])).toEqual([
    [4, 'v4'],
    [1, 'v1.4.0'],
  ]);
});

test.each([
  ['the whole canary group undoes its version, which no other host got', ['host-1', 'host-2'], 1],
  ['a part of the canary group undoes none', ['host-1'], 0],
])('a rollback of %s', (_, only_hosts, count) => {
  const canary = { ...deployment, hosts: ['host-1', 'host-2'] };
  expect(undoneVersions({ phase: 1 }, { ...scope, only_hosts, deployment: canary })).toHaveLength(count);
});
