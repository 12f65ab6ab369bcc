import { describe, expect, test } from 'vitest';
import { type HostCommit, oneCommit } from '../../../domain/prepare/one-commit.ts';
import {
  beginning,
  folderOf,
  folderOfInstant,
  type Preparation,
  preparationId,
  superseded,
  tagBefore,
} from '../../../domain/prepare/preparation.ts';
import { parsePrepare } from '../../../domain/prepare/prepare-request.ts';
import { isRollbackId } from '../../../domain/tables.ts';

const [a, b] = ['a'.repeat(40), 'b'.repeat(40)] as const;
const prepared = (version: string, day: number, more: Partial<Preparation> = {}): Preparation => ({
  phase: 1,
  version,
  state: 'prepared',
  tag: tagBefore(1, version),
  commit: a,
  begun_at: `2026-01-0${day}T09:00:00.000Z`,
  by: 'arn',
  hosts: [],
  ...more,
});

describe('a version', () => {
  test.each(['v1.5.0', '2026-01-05', 'release/1.5', 'a_b-c'])('%s can be prepared', (version) => {
    expect(parsePrepare({ phase: 1, version }, [1, 2])).toEqual({ phase: 1, version });
  });

  test.each(['v1..2', 'a/', 'a//b', 'a/.b', 'v1.lock', 'v1.', 'VERSION', 'x'.repeat(71), 'a b', 7])(
    '%s is refused, because no tag could have its name',
    (version) => {
      expect(() => parsePrepare({ phase: 1, version }, [1])).toThrow(/^A preparation is .*; .*Nothing was prepared\.$/);
    },
  );

  test('names its tag and its folder, which has no slash of its own', () => {
    expect(tagBefore(2, 'release/1.5')).toBe('rollback/phase-2/before-release/1.5');
    expect(folderOf({ phase: 2, version: 'release/1.5' })).toBe('phase-2/release=1.5');
    expect(folderOfInstant('2026-01-05T09:00:00.123Z')).toBe('20260105T090000Z');
  });
});

test('the id of a run is that of no rollback', () => {
  const id = preparationId('prepare-deployment-ana-20260105T090000Z-1a2b3c4d');
  expect(id).toBe('prepare_ana-20260105T090000Z-1a2b3c4d');
  expect(isRollbackId(id)).toBe(false);
});

describe('the beginning of a preparation', () => {
  const now = Date.parse('2026-01-01T21:00:00.000Z');
  test.each([
    ['now, if there was none', undefined, '2026-01-01T21:00:00.000Z'],
    ['that of an interrupted one', prepared('v1', 1, { state: 'preparing' }), '2026-01-01T09:00:00.000Z'],
    ['now, if the earlier one was complete', prepared('v1', 1), '2026-01-01T21:00:00.000Z'],
    ['now, at another commit', prepared('v1', 1, { state: 'preparing', commit: b }), '2026-01-01T21:00:00.000Z'],
  ])('is %s', (_, before, expected) => expect(beginning(before, a, now)).toBe(expected));

  test('is now, if the interrupted one is a day old', () => {
    const later = Date.parse('2026-01-02T09:00:00.000Z');
    expect(beginning(prepared('v1', 1, { state: 'preparing' }), a, later)).toBe('2026-01-02T09:00:00.000Z');
  });
});

describe('copies that may go', () => {
  const all = ['v1', 'v2', 'v3', 'v4', 'v5'].map((version, i) => prepared(version, i + 1));
  const going = (running: string | undefined, own = 'v5', some = all) =>
    superseded(some, running, own).map(({ version }) => version);

  test('are those before the running version, without the three newest', () => {
    expect(going('v5')).toEqual(['v2', 'v1']);
    expect(going('v2')).toEqual(['v1']);
  });

  test('are none of the running version, nor of one that is prepared and not deployed yet', () => {
    expect(going('v1')).toEqual([]);
  });

  test('are none if it is not known which version runs, or that one was not prepared', () => {
    expect(going(undefined)).toEqual([]);
    expect(going('v0')).toEqual([]);
  });

  test('are none of its own version, and none that are gone', () => {
    expect(going('v5', 'v1')).toEqual(['v2']);
    expect(going('v5', 'v5', [prepared('v1', 1, { superseded: true }), ...all.slice(1)])).toEqual(['v2']);
  });
});

describe('one commit', () => {
  const at = (host: string, commit: string, tagged: string | null = null): HostCommit => ({
    host,
    instance_id: `i-${host}`,
    commit,
    version: 'v1',
    tagged,
    own: null,
  });
  const tag = tagBefore(1, 'v9');

  test('is that of all hosts', () => {
    expect(oneCommit(tag, [at('host-1', a), at('host-2', a, a)], undefined)).toEqual({ commit: a });
  });

  test('is registered anew if nothing was tagged at the registered one', () => {
    const before = prepared('v9', 1, { state: 'preparing', commit: b });
    expect(oneCommit(tag, [at('host-1', a)], before)).toEqual({ commit: a });
  });

  test('is the registered one, even against most hosts', () => {
    const found = [at('host-1', b), at('host-2', b), at('host-3', a, a)];
    expect(oneCommit(tag, found, prepared('v9', 1, { state: 'preparing' }))).toEqual({
      problem: expect.stringContaining(
        'host-1 is at bbbbbbbbbbbb (v1), expected aaaaaaaaaaaa as registered; host-2 is at bbbbbbbbbbbb',
      ),
    });
  });

  describe('while the newest version is on the canary group alone', () => {
    const on = (version: string) => ({ version, at: '2026-03-02T10:00:00.000Z', hosts: ['host-1'] });
    const found = [at('host-1', b, a), at('host-2', a, a), at('host-3', a, a)];
    const problem = (...asked: Parameters<typeof oneCommit>) => {
      const answer = oneCommit(...asked);
      return 'problem' in answer ? answer.problem : '';
    };

    test('of that version nothing is missing: nobody is told to take it away from the group', () => {
      expect(problem(tag, found, prepared('v9', 1), on('v9'))).toBe(
        'v9 is prepared on every host, and on the canary group alone (host-1) since 2026-03-02T10:00:00.000Z. Nothing is missing, and nothing was changed. Leave these hosts as they are. The other hosts are next once its watch window has passed: npm run rollback -- ready --phase 1 --version v9',
      );
    });

    test('a host of the group that kept it although it was rolled back is named', () => {
      const rolled_back = { rollback: 'r-1', at: '2026-03-02T11:00:00.000Z' };
      expect(problem(tag, found, prepared('v9', 1), { ...on('v9'), rolled_back })).toContain(
        'host-1 is at bbbbbbbbbbbb',
      );
    });

    test('another version waits until every host has it, or none', () => {
      const untagged = found.map((one) => ({ ...one, tagged: null }));
      expect(problem(tagBefore(1, 'v10'), untagged, undefined, on('v9'))).toContain(
        'Leave these hosts as they are: deploy v9 to the other hosts first, or roll it back. Then prepare again.',
      );
    });

    test('another host at its commit is named, and the group is left as it is', () => {
      const early = [...found.slice(0, 2), at('host-3', b, a)];
      const said = problem(tag, early, prepared('v9', 1), on('v9'));
      expect(said).toContain('The hosts are not at one commit: host-3 is at bbbbbbbbbbbb');
      expect(said).toContain('Leave the canary group (host-1) as it is: v9 is on record there.');
    });
  });

  test('is missing if no host reports one', () => {
    expect(oneCommit(tag, [], undefined)).toEqual({ problem: 'No host reported its commit. Nothing was tagged.' });
  });
});
