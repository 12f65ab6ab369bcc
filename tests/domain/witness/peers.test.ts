import { describe, expect, test } from 'vitest';
import { actsOnlyOn, hostWitness } from '../../../domain/witness/host-witness.ts';
import type { SeenHost } from '../../../domain/witness/ill-hosts.ts';
import { type Running, withPeers } from '../../../domain/witness/peers.ts';

const id = (n: number) => `i-${n}`;
const host = (n: number, state: SeenHost['state']): SeenHost => ({ instance_id: id(n), name: `host-${n}`, state });
const seen = (ill: readonly number[]) =>
  Array.from({ length: 40 }, (_, i) => host(i + 1, ill.includes(i + 1) ? 'ill' : 'well'));
const ids = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => id(from + i));
const commit = (version: string, hosts: readonly string[]) => ({
  commit: `${version}0123456789abcdef`,
  version,
  hosts,
});
const now = Date.parse('2026-03-02T09:00:00.000Z');
const judge = (ill: readonly number[], running: Running | undefined, changed = '2026-03-02T08:50:00.000Z') =>
  withPeers(hostWitness({ by: 'metrics', seen: seen(ill), judged: 'LatencyMs above 500' }), seen(ill), {
    ...{ running, changed, now },
  });
const runs = (...commits: Running['commits']): Running => ({ at: '2026-03-02T08:58:00.000Z', commits });

describe('the peers of a few ill hosts', () => {
  test.each([
    ['all hosts run one version', [3], runs(commit('v2', ids(1, 40))), 'same'],
    [
      'a lone host runs the new version',
      [3],
      runs(commit('v2', [id(3)]), commit('v1', [...ids(1, 2), ...ids(4, 40)])),
      'other',
    ],
    [
      'one of two hosts on the new version is ill',
      [1],
      runs(commit('v2', ids(1, 2)), commit('v1', ids(3, 40))),
      'same',
    ],
    ['both hosts on the new version are ill', [1, 2], runs(commit('v2', ids(1, 2)), commit('v1', ids(3, 40))), 'other'],
    [
      'two of three on the new version are ill',
      [1, 2],
      runs(commit('v2', ids(1, 3)), commit('v1', ids(4, 40))),
      'other',
    ],
    [
      'one of two ill hosts runs another version alone',
      [1, 9],
      runs(commit('v2', [id(1)]), commit('v1', ids(2, 40))),
      'other',
    ],
    ['the ill host did not report its version', [3], runs(commit('v1', [...ids(1, 2), ...ids(4, 40)])), 'unknown'],
    ['the hosts were never compared', [3], undefined, 'unknown'],
    [
      'the comparison is older than ten minutes',
      [3],
      { ...runs(commit('v2', ids(1, 40))), at: '2026-03-02T08:49:59.000Z' },
      'unknown',
    ],
  ] as const)('if %s', (_, ill, running, peers) => {
    expect(judge(ill, running, '2026-03-02T08:00:00.000Z').peers).toBe(peers);
  });

  test('are unknown if a deployment came after the hosts were asked', () => {
    expect(judge([3], runs(commit('v2', ids(1, 40))), '2026-03-02T08:58:30.000Z').peers).toBe('unknown');
  });

  test.each([
    ['the hosts were never compared', undefined, {}, 'the hosts were not compared yet.'],
    [
      'the comparison was made in the evening',
      { ...runs(commit('v2', ids(1, 40))), at: '2026-03-01T20:00:00.000Z' },
      { changed: '2026-03-01T19:00:00.000Z' },
      'the hosts were last compared at 2026-03-01T20:00:00.000Z, more than ten minutes ago.',
    ],
    [
      'the ill host did not report',
      runs(commit('v2', ids(4, 40))),
      {},
      'host-3 reported no version at 2026-03-02T08:58:00.000Z.',
    ],
    [
      'deployments could not be read',
      runs(commit('v2', ids(1, 40))),
      { unread: 'a deployment' },
      'a deployment could not be read.',
    ],
  ] as const)('if %s, the question says why nothing is known', (_, running, changes, why) => {
    const witness = hostWitness({ by: 'metrics', seen: seen([3]), judged: 'LatencyMs above 500' });
    const { peers, says } = withPeers(witness, seen([3]), {
      running,
      changed: '2026-03-02T08:50:00.000Z',
      now,
      ...changes,
    });
    expect([peers, says.at(-1)]).toEqual([
      'unknown',
      `Whether well hosts run the same version as the ill one is not known: ${why}`,
    ]);
  });

  test('are named in the question with what the ill host runs', () => {
    const { says } = judge([3], runs(commit('v2', [id(3)]), commit('v1', ids(4, 40))));
    expect(says.at(-1)).toBe(
      'host-3 runs v2 (commit v20123456789), and well hosts do not show that this version works: it may be the fault.',
    );
  });

  test('let a rollback act on the ill hosts alone only if they run the same version', () => {
    const same = judge([3], runs(commit('v2', ids(1, 40))));
    const other = judge([3], runs(commit('v2', [id(3)]), commit('v1', ids(4, 40))));
    expect(actsOnlyOn(same, 'act')).toEqual([{ instance_id: id(3), name: 'host-3' }]);
    expect([actsOnlyOn(other, 'act'), actsOnlyOn(judge([3], undefined), 'act')]).toEqual([undefined, undefined]);
  });

  test('are not judged if many hosts are ill', () => {
    expect(judge([1, 2, 3], undefined).peers).toBeUndefined();
  });
});
