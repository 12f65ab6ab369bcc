import { describe, expect, test } from 'vitest';
import {
  type DeployedVersion,
  doubtAboutOthers,
  replacedVersion,
  undoneWith,
} from '../../../domain/target/replaced-version.ts';

const commit = 'a'.repeat(40);
const prepared = {
  state: 'prepared',
  tag: 'rollback/phase-1/before-v1.5.0',
  commit,
  prepared_at: '2026-03-02T08:50:00.000Z',
} as const;
const undone: DeployedVersion = { version: 'v1.5.0', at: '2026-03-02T09:00:00.000Z', prepared };
const replaced: DeployedVersion = {
  version: 'v1.4.0',
  at: '2026-03-01T09:00:00.000Z',
  watched: { verified: true, why: 'no alarm of its phase was red' },
};
const without = <Key extends keyof DeployedVersion>(one: DeployedVersion, key: Key): DeployedVersion => {
  const { [key]: _, ...rest } = one;
  return rest as DeployedVersion;
};
const ask = (recent: readonly DeployedVersion[], changes: object = {}) =>
  replacedVersion({ phase: 1, undone, recent, blocks: [], ...changes });
const block = (version: string, phase: number | null = null) => ({
  version,
  phase,
  operator: 'ana',
  reason: 'loses orders',
  at: '2026-03-01T12:00:00.000Z',
});

test('the version that the deployment replaced, at its registered tag and commit', () => {
  expect(ask([undone, replaced])).toEqual({
    deployed_as: 'v1.4.0',
    tag: prepared.tag,
    commit,
    registered_at: prepared.prepared_at,
  });
});

test('is the one before all deployments of the undone version', () => {
  const again = { ...undone, at: '2026-03-02T09:10:00.000Z' };
  expect(ask([again, undone, replaced], { undone: again })).toMatchObject({ deployed_as: 'v1.4.0' });
});

describe('is not gone back to, with the reason, if', () => {
  test.each<[string, DeployedVersion[], object, string]>([
    ['no deployment is on record', [], { undone: null }, 'no deployment is on record'],
    [
      'its own record was withdrawn after a rollback had begun to undo it',
      [replaced],
      {},
      'the record of v1.5.0 was withdrawn, or is not among the newest of the phase',
    ],
    ['no deployment before it is on record', [undone], {}, 'no recent deployment before v1.5.0 is on record'],
    [
      'it was deployed without a preparation, which registers no commit',
      [without(undone, 'prepared'), replaced],
      {},
      'v1.5.0 was deployed without a preparation, so no commit is registered for v1.4.0',
    ],
    [
      'its preparation was not complete',
      [{ ...undone, prepared: { ...prepared, state: 'preparing' } }, replaced],
      {},
      'the preparation of v1.5.0 was not complete on every host',
    ],
    [
      'the preparation is older than the replaced version, so that its tag names another one',
      [{ ...undone, prepared: { ...prepared, prepared_at: '2026-02-01T09:00:00.000Z' } }, replaced],
      {},
      'before v1.4.0 was deployed at 2026-03-01T09:00:00.000Z, so its tag names an older version',
    ],
    ['nobody has judged it', [undone, without(replaced, 'watched')], {}, 'its watch window has no verdict yet'],
    [
      'an alarm was red in its watch window',
      [undone, { ...replaced, watched: { verified: false, why: 'x was in ALARM at y' } }],
      {},
      'v1.4.0, which v1.5.0 replaced, is not verified: x was in ALARM at y',
    ],
    [
      'a rollback undid it after its watch window',
      [undone, { ...replaced, rolled_back: { rollback: 'r-0', at: '2026-03-02T01:00:00.000Z' } }],
      {},
      'v1.4.0, which v1.5.0 replaced, was itself rolled back by r-0 at 2026-03-02T01:00:00.000Z',
    ],
    [
      'its name is blocked',
      [undone, replaced],
      { blocks: [block('v1.4.0', 1)] },
      'version v1.4.0 of phase 1 has been blocked since 2026-03-01T12:00:00.000Z by ana: loses orders',
    ],
    [
      'its tag is blocked',
      [undone, replaced],
      { blocks: [block(prepared.tag)] },
      `version ${prepared.tag} has been blocked`,
    ],
  ])('%s', (_, recent, changes, why) => {
    expect(ask(recent, changes)).toEqual({ why: expect.stringContaining(why) });
  });
});

test('a block of another phase does not count', () => {
  expect(ask([undone, replaced], { blocks: [block('v1.4.0', 2)] })).toHaveProperty('tag');
});

describe('the code of other phases in it', () => {
  const chosen = { deployed_as: 'v1.4.0', tag: prepared.tag, commit, registered_at: '2026-03-02T08:50:00.000Z' };
  const before = '2026-03-01T10:00:00.000Z';
  const after = '2026-03-02T08:55:00.000Z';
  const other = (at: string, more: object = { watched: { verified: true, why: 'green' } }) => ({
    phase: 2,
    recent: [{ version: 'v2.1', at, ...more }],
  });

  test.each([
    ['a version that is verified', [other(before)]],
    ['no deployment on record', [{ phase: 2, recent: [] }]],
  ])('is no doubt with %s', (_, others) => {
    expect(doubtAboutOthers(chosen, others)).toBeUndefined();
  });

  test.each([
    ['a version that is not verified yet: its alarm could blame it in the same hour', other(before, {})],
    ['a version that turned red', other(before, { watched: { verified: false, why: 'red' } })],
  ])('is a doubt with %s', (_, one) => {
    expect(doubtAboutOthers(chosen, [one])).toBe('v1.4.0 has the code of phase 2 too, of which v2.1 is not verified');
  });

  test('is a doubt if a version of it was rolled back after the tag was made: the tag would bring it back', () => {
    const bad = { version: 'v2.0', at: before, rolled_back: { rollback: 'r-0', at: after } };
    const { phase, recent } = other('2026-03-02T08:58:00.000Z');
    expect(doubtAboutOthers(chosen, [{ phase, recent: [...recent, bad] }])).toContain(
      'of which v2.0 was rolled back at 2026-03-02T08:55:00.000Z, after the tag of v1.4.0 was made',
    );
  });

  test('goes back only if it was deployed after the tag was made', () => {
    expect(undoneWith(chosen, [other(before)])).toEqual([]);
    expect(undoneWith(chosen, [other(after)])).toEqual([2]);
    expect(undoneWith(chosen, [{ phase: 2, recent: [] }])).toEqual([]);
  });
});

test('a version that never left the canary group was not replaced: the rollback goes back to the one before', () => {
  const prepared = (tag: string) =>
    ({ state: 'prepared', tag, commit: 'c', prepared_at: '2026-03-02T10:59:00.000Z' }) as const;
  const watched = { verified: true, why: 'no red' };
  const undone = { version: 'v3', at: '2026-03-02T11:00:00.000Z', prepared: prepared('before-v3') };
  const recent = [
    undone,
    { version: 'v2', at: '2026-03-02T10:00:00.000Z', hosts: ['host-1'], watched },
    { version: 'v1', at: '2026-03-02T09:00:00.000Z', watched },
  ];
  expect(replacedVersion({ phase: 1, undone, recent, blocks: [] })).toMatchObject({
    deployed_as: 'v1',
    tag: 'before-v3',
  });
});
