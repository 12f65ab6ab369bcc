import { describe, expect, test } from 'vitest';
import { commitIn, oddReadings, type TagReading, targetCommitProblem } from '../../../domain/host/target-commit.ts';

const [a, b] = ['a'.repeat(40), 'b'.repeat(40)];
const on = (host: string, commit: string): TagReading => ({ host, commit });

describe('the problem with the commit of the target', () => {
  test.each<[string, TagReading[], TagReading[], string | null]>([
    ['one commit on all hosts', [on('host-1', a), on('host-2', a)], [on('host-1', a), on('host-2', a)], null],
    ['no commit, because the runbook restores no code', [], [], null],
    ['a host that was not reached afterwards', [on('host-1', a), on('host-2', a)], [on('host-1', a)], null],
    [
      'a tag that moved on one host',
      [on('host-1', a), on('host-2', a)],
      [on('host-1', a), on('host-2', b)],
      'The tag v1 moved during the rollback: on host-2 from aaaaaaaaaaaa to bbbbbbbbbbbb.',
    ],
    [
      'a tag that moved on all hosts',
      [on('host-1', a), on('host-2', a)],
      [on('host-1', b), on('host-2', b)],
      'The tag v1 moved during the rollback: on host-1 from aaaaaaaaaaaa to bbbbbbbbbbbb; on host-2 from aaaaaaaaaaaa to bbbbbbbbbbbb.',
    ],
    [
      'hosts that fetched the tag at different times, the odd one first',
      [on('host-1', a), on('host-2', b), on('host-3', a)],
      [on('host-1', a), on('host-2', b), on('host-3', a)],
      'The tag v1 names different commits: bbbbbbbbbbbb on host-2; aaaaaaaaaaaa on host-1, host-3.',
    ],
    [
      'hosts that no step restored',
      [],
      [on('host-1', a), on('host-2', b)],
      'The tag v1 names different commits: aaaaaaaaaaaa on host-1; bbbbbbbbbbbb on host-2.',
    ],
    [
      'a host that was restored to another commit and not reached afterwards',
      [on('host-1', a), on('host-2', b)],
      [on('host-1', a)],
      'The tag v1 names different commits: aaaaaaaaaaaa on host-1; bbbbbbbbbbbb on host-2.',
    ],
  ])('%s', (_, frozen, now, problem) => {
    expect(targetCommitProblem('v1', { frozen, now })).toBe(problem);
  });

  test('names at most five hosts per commit', () => {
    const hosts = Array.from({ length: 8 }, (_, i) => on(`host-${i}`, a));
    expect(targetCommitProblem('v1', { frozen: [...hosts, on('odd', b)], now: [] })).toBe(
      'The tag v1 names different commits: bbbbbbbbbbbb on odd; aaaaaaaaaaaa on host-0, host-1, host-2, host-3, host-4 and 3 more.',
    );
  });
});

describe('the commit in a report', () => {
  test.each<[string, Parameters<typeof commitIn>[0], string | null]>([
    ['of the step that restores the tree', { verdict: 'done', report: { to: 'v1', commit: a } }, a],
    ['of the version check', { verdict: 'done', report: { tag: 'v1', commit: a } }, a],
    ['about another tag', { verdict: 'done', report: { to: 'v2', commit: a } }, null],
    ["of a customer's script", { verdict: 'done', report: { commit: a } }, null],
    ['that failed', { verdict: 'failed', report: { to: 'v1', commit: a } }, null],
    ['that is missing', { verdict: 'waiting', report: null }, null],
  ])('%s', (_, verdict, commit) => {
    expect(commitIn(verdict, 'v1')).toBe(commit);
  });
});

describe('hosts whose tag names another commit than that of most', () => {
  test('are named with both commits', () => {
    expect(oddReadings('v1', [on('host-1', a), on('host-2', b), on('host-3', a)])).toEqual([
      {
        host: 'host-2',
        reason:
          'the tag v1 names bbbbbbbbbbbb here and aaaaaaaaaaaa on 2 other hosts; fetch the right tag on every host',
      },
    ]);
  });

  test.each([
    ['one commit', [on('host-1', a), on('host-2', a)]],
    ['no host', []],
  ])('are none: %s', (_, found) => {
    expect(oddReadings('v1', found)).toEqual([]);
  });
});
