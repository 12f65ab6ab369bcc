import { describe, expect, test } from 'vitest';
import {
  forbiddenOnHosts,
  forbiddenSentences,
  type PairsOfPhase,
  pairTags,
  stepsFor,
  type VersionLook,
  type VersionReport,
  versionReport,
} from '../../../domain/plan/forbidden-on-hosts.ts';
import type { ForbiddenPair } from '../../../domain/plan/forbidden-pairs.ts';

const pair = (version: string, value: string): ForbiddenPair => ({
  version,
  flag: 'routing',
  value,
  reason: 'it trades',
});
const flip = { name: 'Flip', restores: false, flags: { routing: 'new' } };
const restore = { name: 'Restore', restores: true };
const report: VersionReport = {
  version: 'v1.4.0',
  candidate: null,
  runs: [],
  target_is: [],
  candidate_is: null,
  unknown: [],
  flags: { routing: 'new' },
};
const host = (name: string, changes: Partial<VersionReport> = {}): VersionLook => ({
  host: name,
  report: { ...report, ...changes },
});
const phase = (forbidden: readonly ForbiddenPair[], changes: Partial<PairsOfPhase> = {}): PairsOfPhase => ({
  forbidden,
  steps: [flip, restore],
  target: { version: 'v1.3.0' },
  ...changes,
});
const old = { flags: { routing: 'old' } };

describe('by what hosts report, a pair is reached', () => {
  test('on the host whose flag is late, and on the others, to which that value may still come', () => {
    const late = [host('host-1'), host('host-2', old)];
    expect(forbiddenOnHosts(phase([pair('target', 'old')]), late)).toEqual([
      {
        says: expect.stringContaining('the earlier change that other hosts have arrives'),
        hosts: ['host-1', 'host-2'],
      },
    ]);
  });

  test('only because one host reports another version', () => {
    const pairs = phase([pair('v1.2.9', 'new')], { steps: [flip, restore] });
    expect(forbiddenOnHosts(pairs, [host('host-1', old), host('host-2', old)])).toEqual([]);
    expect(forbiddenOnHosts(pairs, [host('host-1', old), host('host-2', { ...old, runs: [0] })])).toEqual([
      {
        says: "A host could run v1.2.9 with routing new, which is forbidden (it trades): routing is old, then the flag's value new of Flip arrives.",
        hosts: ['host-2'],
      },
    ]);
  });

  test('because the target has the content of the named version under another tag', () => {
    const named = phase([pair('v1.2.9', 'old')]);
    expect(forbiddenOnHosts(named, [host('host-1', old)])).toEqual([]);
    expect(forbiddenOnHosts(named, [host('host-1', { ...old, target_is: [0] })])).toHaveLength(1);
  });

  test('by the content of the replaced version, if that is the target', () => {
    const named = phase([pair('v1.2.9', 'old')], { target: { version: 'rollback/x', deployed_as: 'v1.3.1' } });
    expect(forbiddenOnHosts(named, [host('host-1', { ...old, target_is: [0], candidate_is: [] })])).toEqual([]);
    expect(forbiddenOnHosts(named, [host('host-1', { ...old, candidate_is: [0] })])).toHaveLength(1);
  });

  test('by the name under which the replaced version was deployed', () => {
    const target = { version: 'rollback/x', deployed_as: 'v1.3.1' };
    const named = phase([pair('v1.3.1', 'old')], { target });
    expect(forbiddenOnHosts(named, [host('host-1', { ...old, candidate_is: [] })])).toHaveLength(1);
  });
});

describe('what a host did not report may be anything', () => {
  test.each([
    ['a flag has the forbidden value', { flags: {} }, pair('target', 'old')],
    ['a tag that the host does not have is its version', { ...old, unknown: [0] }, pair('v1.2.9', 'new')],
    ['the target without its tag has any content', { ...old, target_is: null }, pair('v1.2.9', 'old')],
  ])('%s', (_, changes, one) => {
    expect(forbiddenOnHosts(phase([one]), [host('host-1', changes)])).toMatchObject([{ hosts: ['host-1'] }]);
  });
});

test('a host without a report is judged by the files, and not here', () => {
  const silent: VersionLook = { host: 'host-1', report: null, reason: 'no report in 15 s' };
  expect(forbiddenOnHosts(phase([pair('target', 'old')]), [silent])).toEqual([]);
});

test('the steps of several phases are in the order in which they run, and restores of the same paths count', () => {
  const parts = [
    {
      phase: 4,
      paths: [],
      steps: [
        { ...flip, name: 'Flip 4' },
        { name: 'Finish 4', restores: false, whole: true },
      ],
    },
    { phase: 2, paths: ['engine'], steps: [{ ...restore, name: 'Restore 2' }] },
    { phase: 1, paths: ['.'], steps: [{ ...restore, name: 'Restore 1', whole: true }] },
  ];
  const named = (of: number) => stepsFor(of, parts).map(({ name, restores }) => [name, restores]);
  expect(named(2)).toEqual([
    ['Flip 4', false],
    ['Restore 2', true],
    ['Finish 4', false],
    ['Restore 1', 'other'],
  ]);
  expect(named(4).map(([, restores]) => restores)).toEqual([false, 'other', false, 'other']);
});

test('each named tag is asked for once, and the words for the two versions are no tags', () => {
  expect(pairTags([pair('v1', 'a'), pair('target', 'a'), pair('before', 'b'), pair('v1', 'b')])).toEqual(['v1']);
});

test.each([
  ['no report', null],
  ['a report of an older script', { version: 'v1.4.0' }],
  ['positions that are no numbers', { ...report, runs: ['v1'] }],
  ['flags that are no object', { ...report, flags: null }],
])('%s is no look', (_, found) => {
  expect(versionReport(found)).toBeUndefined();
  expect(versionReport(report)).toEqual(report);
});

test('the sentence of a question names the hosts, at most ten', () => {
  const hosts = Array.from({ length: 12 }, (_, i) => `host-${i + 1}`);
  expect(
    forbiddenSentences([
      { says: 'A host could.', hosts },
      { says: 'Declared.', hosts: [] },
    ]),
  ).toEqual([`A host could. Hosts: ${hosts.slice(0, 10).join(', ')} and 2 more.`, 'Declared.']);
});
