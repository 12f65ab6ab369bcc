import { describe, expect, test } from 'vitest';
import { absentFrom, compareHosts, type Reported, type TruthReport } from '../../../domain/truth/compare-hosts.ts';
import type { ExpectedVersion } from '../../../domain/truth/expected-versions.ts';

const [newCommit, oldCommit] = ['a'.repeat(40), 'b'.repeat(40)];
const good: TruthReport = {
  ...{ commit: newCommit, version: 'v2', has: [true], changed: 0, content: '', files: [] },
  ...{ flags: { data_source: 'databento' }, build: null },
  ...{ process: null, held: null, back: [], moved_by: null },
};
const old: Partial<TruthReport> = { commit: oldCommit, version: 'v1', has: [false] };
/** Hosts 1, 2, …, each with what differs from a good report. */
const hosts = (...all: readonly Partial<TruthReport>[]): Reported[] =>
  all.map((one, i) => ({ host: { instance_id: `i-${i + 1}`, name: `host-${i + 1}` }, report: { ...good, ...one } }));
const v2 = { phase: 1, version: 'v2', announced: false };
const named = (all: readonly Reported[], expected: readonly ExpectedVersion[] = [v2]) =>
  compareHosts(all, expected).map(({ name, what }) => `${name}: ${what}`);

describe('a host differs', () => {
  test('not, if all have the deployment and are alike', () => {
    expect(named(hosts({}, {}, {}))).toEqual([]);
  });

  test('if it missed the deployment, whether it has the tag or not', () => {
    const says = 'v2 of phase 1 is not there: it runs v1 (commit bbbbbbbbbbbb)';
    expect(named(hosts({}, {}, old))).toEqual([`host-3: ${says}`]);
    expect(named(hosts({}, {}, { ...old, has: [null] }))).toEqual([`host-3: ${says}`]);
  });

  test('if none has the deployment, although its tag is there: each is named', () => {
    expect(named(hosts(old, old))).toHaveLength(2);
  });

  test('not by a tag that no host has: then hosts are compared with each other', () => {
    expect(named(hosts({ has: [null] }, { has: [null] }))).toEqual([]);
    expect(named(hosts({ has: [null] }, { has: [null] }, { ...old, has: [null] }))).toEqual([
      'host-3: it runs v1 (commit bbbbbbbbbbbb); most hosts: it runs v2 (commit aaaaaaaaaaaa)',
    ]);
  });

  test('if no host has the tag, and it still runs the commit that was prepared as the version before', () => {
    const says =
      'v2 of phase 1 is not there: it runs v1 (commit bbbbbbbbbbbb), which was prepared as the version before it';
    const untagged = { ...old, has: [null] };
    const prepared = [{ ...v2, before: oldCommit }];
    expect(named(hosts(untagged, untagged), prepared)).toEqual([`host-1: ${says}`, `host-2: ${says}`]);
    expect(named(hosts({ has: [null] }, { has: [null] }, untagged), prepared)).toEqual([`host-3: ${says}`]);
    expect(named(hosts({ ...untagged, has: [true] }, { ...untagged, has: [true] }), prepared)).toEqual([]);
  });

  test('and its deployment is known to be absent from a host, apart from that of another phase', () => {
    const w1 = { phase: 2, version: 'w1', announced: false };
    const lacks = { ...old, has: [false, true] };
    expect(absentFrom(hosts({ has: [true, true] }, lacks), [v2, w1])).toEqual([{ phase: 1, version: 'v2' }]);
    expect(absentFrom(hosts({ has: [true, true] }), [v2, w1])).toEqual([]);
  });

  test('with all others, if there is no majority: nobody knows which one is right', () => {
    expect(named(hosts({}, old), [])).toEqual([
      'host-1: it runs v2 (commit aaaaaaaaaaaa)',
      'host-2: it runs v1 (commit bbbbbbbbbbbb)',
    ]);
  });

  test('by its files, if they are not those of most hosts', () => {
    const changed = { changed: 1, content: 'x', files: ['tasks/a.py'] };
    expect(named(hosts({}, {}, changed))).toEqual([
      'host-3: 1 file differs from its commit (tasks/a.py); most hosts: every file is as its commit has it',
    ]);
    expect(named(hosts(changed, changed))).toEqual([]);
    expect(named(hosts({}, changed))).toEqual(['host-2: 1 file differs from its commit (tasks/a.py)']);
  });

  test('by a flag, and by the build that its process runs', () => {
    expect(named(hosts({}, {}, { flags: { data_source: 'barchart' } }))).toEqual([
      'host-3: flag data_source is barchart; most hosts: flag data_source is databento',
    ]);
    expect(named(hosts({ build: 'v2' }, { build: 'v2' }, { build: 'v1' }))).toEqual([
      'host-3: the process runs build v1; most hosts: the process runs build v2',
    ]);
  });

  test('not, if it has a version whose deployment is announced: the deployment is on its way', () => {
    const expected = [{ phase: 1, version: 'v3', announced: true }, v2];
    const early = { commit: 'c'.repeat(40), version: 'v3', has: [true, true], build: 'v3' };
    const late = { has: [false, true] };
    expect(named(hosts(early, late, late), expected)).toEqual([]);
    expect(named(hosts(early, early, late), expected)).toEqual([]);
    expect(named(hosts(early, late, { ...old, has: [false, false] }), expected)).toHaveLength(1);
  });
});

describe('while the canary group alone has a version', () => {
  const expected = [
    { ...v2, only: ['host-1'] },
    { phase: 1, version: 'v1', announced: false, except: ['host-1'] },
  ];
  const canary = { has: [true, true] };
  const rest = { ...old, has: [false, true] };

  test('no host differs if the group has it and the others have the version before', () => {
    expect(named(hosts(canary, rest, rest), expected)).toEqual([]);
    expect(named(hosts(canary, rest), expected)).toEqual([]);
  });

  test('a host of the group without it is named', () => {
    expect(named(hosts(rest, rest, rest), expected)).toEqual([
      'host-1: v2 of phase 1 is not there: it runs v1 (commit bbbbbbbbbbbb)',
    ]);
    expect(absentFrom(hosts(rest, rest), expected)).toEqual([{ phase: 1, version: 'v2' }]);
    expect(absentFrom(hosts(canary, rest), expected)).toEqual([]);
  });

  test('another host that has it already is not named: the deployment goes on', () => {
    expect(named(hosts(canary, canary, rest, rest), expected)).toEqual([]);
  });

  test('another host with other code is named', () => {
    const odd = { ...rest, commit: 'c'.repeat(40), version: 'v1-patched' };
    expect(named(hosts(canary, rest, rest, odd), expected)).toEqual([
      'host-4: it runs v1-patched (commit cccccccccccc); most hosts: it runs v1 (commit bbbbbbbbbbbb)',
    ]);
  });
});
