import { describe, expect, test } from 'vitest';
import { confirmation, putBackBy, type VersionEvidence } from '../../../domain/host/confirmation.ts';
import type { HostVerdict } from '../../../domain/host/host-verdict.ts';

const hosts = ['host-1', 'host-2'].map((name) => ({ instance_id: `i-${name}`, name }));
const [host1 = { instance_id: '', name: '' }, host2 = host1] = hosts;
const ids = new Set(hosts.map(({ instance_id }) => instance_id));

const at = (host: typeof host1, report: object): HostVerdict => ({
  host,
  verdict: 'done',
  reason: null,
  report: { ...report },
  command_id: 'c-1',
});
const atTarget = (host: typeof host1) => at(host, { at_target: true, version: 'v1', different: 0 });
const silent = (host: typeof host1): HostVerdict => ({
  host,
  verdict: 'failed',
  reason: 'Delivery Timed Out',
  report: null,
  command_id: 'c-1',
});

const well: VersionEvidence = {
  hosts,
  notOnline: [],
  lost: [],
  leftOut: [],
  checks: hosts.map(atTarget),
  done: new Map([
    ['clear-cache', ids],
    ['restore', ids],
  ]),
  frozen: [],
  target_version: 'v1',
};
const seen = (changes: Partial<VersionEvidence>) => confirmation({ ...well, ...changes });

test('PASS: every step is done on every host, and every host is at the target', () => {
  expect(confirmation(well)).toEqual({ verdict: 'PASS', problem: null, at_target: 2 });
});

describe('FAIL: a host is known to miss a step or to be at another version', () => {
  test.each<[string, Partial<VersionEvidence>, string]>([
    [
      'a step is not done on one host',
      {
        done: new Map([
          ['clear-cache', ids],
          ['restore', new Set([host1.instance_id])],
        ]),
      },
      'restore is not done on host-2.',
    ],
    [
      'a step is done nowhere',
      { done: new Map([['clear-cache', new Set<string>()]]) },
      'clear-cache is not done on host-1, host-2.',
    ],
    [
      "the target's tag moved on a host, which therefore differs too",
      {
        frozen: [{ host: 'host-2', commit: 'a'.repeat(40) }],
        checks: [
          atTarget(host1),
          at(host2, { at_target: false, version: 'v2', different: 7, tag: 'v1', commit: 'b'.repeat(40) }),
        ],
      },
      'The tag v1 moved during the rollback: on host-2 from aaaaaaaaaaaa to bbbbbbbbbbbb.',
    ],
    [
      "every host is at its target, and the target's tag names different commits",
      {
        checks: ['a', 'b'].map((commit, i) =>
          at(hosts[i] ?? host1, { at_target: true, version: 'v1', different: 0, tag: 'v1', commit: commit.repeat(40) }),
        ),
      },
      'The tag v1 names different commits: aaaaaaaaaaaa on host-1; bbbbbbbbbbbb on host-2.',
    ],
    [
      'a host runs another version',
      { checks: [atTarget(host1), at(host2, { at_target: false, version: 'v2', different: 7 })] },
      `Not at v1: host-2 is at v2, 7 paths differ.${putBackBy([])}`,
    ],
    [
      "a host runs another version, and git's log there names who moved it",
      { checks: [atTarget(host1), at(host2, { at_target: false, version: 'v2', different: 7, moved_by: 'Pipeline' })] },
      "Not at v1: host-2 is at v2, 7 paths differ. Every step was done there, and that version was put back since: undone by Pipeline, as git's log on host-2 says. Stop it first. A retry only looks again: to restore once more, abort, release the fleet and start the rollback again.",
    ],
    [
      "a host runs another version, and git's log there has only our own checkout",
      { checks: [atTarget(host1), at(host2, { at_target: false, version: 'v2', different: 7, moved_by: 'rollback' })] },
      `Not at v1: host-2 is at v2, 7 paths differ.${putBackBy([])}`,
    ],
    [
      'a host is at the version but not at the target',
      { checks: [atTarget(host1), at(host2, { at_target: false, version: 'v1', different: 1 })] },
      'Not at v1: host-2 is at v1, 1 paths differ.',
    ],
    [
      'a host is at the target of another version',
      { checks: [atTarget(host1), at(host2, { at_target: true, version: 'v2', different: 0 })] },
      `Not at v1: host-2 is at v2, 0 paths differ.${putBackBy([])}`,
    ],
    [
      'a person left something out, which may be why',
      {
        leftOut: ['Left out.'],
        checks: [atTarget(host1), at(host2, { at_target: false, version: 'v2', different: 7 })],
      },
      'Not at v1: host-2 is at v2, 7 paths differ.',
    ],
    [
      'a host reports nothing',
      { checks: [atTarget(host1), at(host2, {})] },
      'Not at v1: host-2 is at undefined, an unknown number of paths differ.',
    ],
    [
      'at_target is a text',
      { checks: [atTarget(host1), at(host2, { at_target: 'true', version: 'v1', different: 0 })] },
      'Not at v1: host-2 is at v1, 0 paths differ.',
    ],
  ])('%s', (_, changes, problem) => {
    expect(seen(changes)).toMatchObject({ verdict: 'FAIL', problem });
  });

  test('even if another host could not be checked', () => {
    const checks = [silent(host1), at(host2, { at_target: false, version: 'v2', different: 7 })];
    expect(seen({ checks, notOnline: ['host-9'] }).verdict).toBe('FAIL');
  });
});

describe('INCONCLUSIVE: a host could not be checked; missing data is never PASS', () => {
  test.each<[string, Partial<VersionEvidence>, string]>([
    [
      'a host did not respond',
      { checks: [atTarget(host1), silent(host2)] },
      'The version could not be read on 1 of 2 hosts: host-2 (Delivery Timed Out).',
    ],
    [
      'a host has no check',
      { checks: [atTarget(host1)] },
      'The version could not be read on 1 of 2 hosts: host-2 (no response).',
    ],
    [
      'one host was checked twice and the other not at all',
      { checks: [atTarget(host1), atTarget(host1)] },
      'The version could not be read on 1 of 2 hosts: host-2 (no response).',
    ],
    [
      'no host was checked',
      { checks: [] },
      'The version could not be read on 2 of 2 hosts: host-1 (no response); host-2 (no response).',
    ],
    ['there are no hosts', { hosts: [], checks: [] }, 'The fleet has no host to check.'],
  ])('%s', (_, changes, problem) => {
    expect(seen(changes)).toMatchObject({ verdict: 'INCONCLUSIVE', problem });
  });
});

test('counts the hosts at the target', () => {
  expect(seen({ checks: [atTarget(host1), silent(host2)] }).at_target).toBe(1);
});

describe('UNVERIFIED: the reached hosts are at the target, and others were not online', () => {
  test('names the others', () => {
    expect(seen({ notOnline: ['host-3'] })).toMatchObject({
      verdict: 'UNVERIFIED',
      problem: 'Not online when the rollback opened, so not rolled back: host-3.',
    });
  });

  test('names at most twenty', () => {
    const notOnline = Array.from({ length: 22 }, (_, i) => `host-${i + 3}`);
    expect(seen({ notOnline }).problem).toMatch(/host-22 and 2 more\.$/);
  });

  test('does not hide an unchecked host', () => {
    expect(seen({ notOnline: ['host-3'], checks: [] })).toMatchObject({ verdict: 'INCONCLUSIVE' });
  });
});
