import { describe, expect, test } from 'vitest';
import type { Block } from '../../../domain/brakes/brakes.ts';
import {
  keyOf,
  type SeenOfTakenBack,
  type TakenBack,
  takenBack,
  tookBackElsewhere,
  undoneOn,
  wordOf,
} from '../../../domain/truth/undone.ts';

const block: Block = {
  ...{ phase: 1, version: 'v2', rollback: 'r-1', operator: null, reason: 'undone', at: '2026-03-02T09:00:00.000Z' },
};
const one: TakenBack = { phase: 1, version: 'v2', rollback: 'r-1', at: block.at, paths: null };
const recorded = (version: string, at: string) => [{ phase: 1, recent: [{ version, at }] }];

describe('a version is watched', () => {
  test.each<[string, readonly Block[], ReturnType<typeof recorded>, readonly Partial<TakenBack>[]]>([
    ['after a rollback took it back', [block], [], [one]],
    [
      'and its next deployment on record is named',
      [block],
      recorded('v2', '2026-03-02T09:30:00.000Z'),
      [{ again: { at: '2026-03-02T09:30:00.000Z' } }],
    ],
    ['not once another one is on record', [block], recorded('v3', '2026-03-02T09:30:00.000Z'), []],
    ['though another one was on record before', [block], recorded('v3', '2026-03-02T08:30:00.000Z'), [one]],
    ['not if a person blocked it', [{ ...block, rollback: undefined } as never], [], []],
    ['as half done if its rollback stopped in the middle', [{ ...block, stopped: true }], [], [{ ...one, half: true }]],
    [
      'not if it was deployed again after such a rollback',
      [{ ...block, stopped: true }],
      recorded('v2', '2026-03-02T09:30:00.000Z'),
      [],
    ],
    ['not if nobody blocks it', [], [], []],
  ])('%s', (_, blocks, phases, expected) => {
    expect(takenBack(blocks, phases, {})).toEqual(expected.map((some) => expect.objectContaining(some)));
  });

  test('by its paths, if only these went back', () => {
    const [found] = takenBack([block], [], { 1: ['engine', 'config/a.json'] });
    expect(found && wordOf(found)).toBe('v2:engine:config/a.json');
  });

  test('not if the rollback restored no code: it left the version on the hosts', () => {
    expect(takenBack([block], [], { 1: [] })).toEqual([]);
  });

  test('as long as all of them fit into a parameter, the newest first', () => {
    const paths = { 1: ['p'.repeat(600)], 2: ['q'.repeat(600)] };
    const older = { ...block, phase: 2, at: '2026-03-01T09:00:00.000Z' };
    expect(takenBack([older, block], [], paths).map(({ phase }) => phase)).toEqual([1]);
  });
});

describe('a host', () => {
  const host = (back: boolean | null, moved_by: string | null = 'Pipeline') => ({
    instance_id: 'i-1',
    back: [back],
    moved_by,
  });
  const looks = (taken: TakenBack, ...all: readonly ReturnType<typeof host>[]) => {
    let before: SeenOfTakenBack = {};
    let found: string[] = [];
    for (const reported of all) {
      const now = undoneOn({ taken: [taken], reported: [reported], before });
      before = now.seen;
      found = now.found.get('i-1') ?? [];
    }
    return { found, seen: before[keyOf(taken)] };
  };

  test.each<[string, TakenBack, readonly (boolean | null)[], boolean]>([
    ['that has it again after it was without', one, [false, true], true],
    ['that keeps it in two looks', one, [true, true], true],
    ['that the rollback left out, and that keeps it', { ...one, except: ['i-1'] }, [true, true, true], false],
    [
      'that the rollback left out, and that has it again after it was without',
      { ...one, except: ['i-1'] },
      [false, true],
      true,
    ],
    ['that a rollback of others did not touch', { ...one, only: ['i-2'] }, [true, true], false],
    ['of the rollback that keeps it in two looks', { ...one, only: ['i-1'] }, [true, true], true],
    ['seen once with it, as one that was away', one, [true], false],
    ['that has no such tag', one, [null, null], false],
    ['that was rid of it again', one, [false, true, false], false],
    ['whose paths have it after they were without', { ...one, paths: ['a'] }, [false, true], true],
    ['whose paths never differed', { ...one, paths: ['a'] }, [true, true, true], false],
  ])('%s', (_, taken, backs, named) => {
    expect(looks(taken, ...backs.map((back) => host(back))).found.length > 0).toBe(named);
  });

  test.each([
    ['Deployment Pipeline', undefined, "undone by Deployment Pipeline, as git's log on the host says"],
    ['rollback', undefined, "undone by unknown: neither git's log nor a deployment on record names it"],
    [null, undefined, 'undone by unknown'],
    [null, { at: '2026-03-02T09:30:00.000Z' }, 'undone by the deployment of v2 on record at 2026-03-02T09:30:00.000Z'],
  ])('moved by %s is undone by that, a deployment on record, or unknown', (by, again, expected) => {
    const taken = { ...one, ...(again ? { again } : {}) };
    expect(looks(taken, host(false), host(true, by)).found[0]).toContain(expected);
  });

  test('that is silent keeps what was seen of it', () => {
    const before = { [keyOf(one)]: { without: ['i-1'], with: ['i-2'] } };
    expect(undoneOn({ taken: [one], reported: [], before }).seen).toEqual(before);
  });
});

describe('after a rollback that stopped half way', () => {
  const half: TakenBack = { ...one, half: true };
  const host = (n: number, has: boolean | null) => ({ instance_id: `i-${n}`, back: [has], moved_by: null });
  const named = (taken: TakenBack, ...reported: readonly ReturnType<typeof host>[]) => [
    ...tookBackElsewhere([taken], reported).keys(),
  ];

  test.each<[string, readonly string[], TakenBack, readonly ReturnType<typeof host>[]]>([
    [
      'the hosts that have the version are named, once one has it no more',
      ['i-2', 'i-3'],
      half,
      [host(1, false), host(2, true), host(3, true)],
    ],
    ['none is named while every host has it', [], half, [host(1, true), host(2, true)]],
    ['none is named if it is not known of the others', [], half, [host(1, null), host(2, true)]],
    [
      'a host that was not its own is not named',
      ['i-2'],
      { ...half, only: ['i-1', 'i-2'] },
      [host(1, false), host(2, true), host(3, true)],
    ],
  ])('%s', (_, ids, taken, reported) => expect(named(taken, ...reported)).toEqual(ids));

  test('nothing is undone on a host that has the version again', () => {
    const looks = [host(1, false), host(1, true)].map((seen) =>
      undoneOn({ taken: [half], reported: [seen], before: {} }),
    );
    expect(looks.map(({ found, seen }) => [found.size, seen])).toEqual([
      [0, {}],
      [0, {}],
    ]);
  });
});
