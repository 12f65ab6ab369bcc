import { beforeEach, describe, expect, test } from 'vitest';
import { type RollbackScope, type RollbackScopes, rollbackScopesIn } from '../../../lambdas/stores/rollback-scope.ts';
import { scope } from '../frozen-scope.ts';
import { emptyTables } from '../tables.ts';

const [a, b] = ['a'.repeat(40), 'b'.repeat(40)];
const host = (n: number) => ({ instance_id: `i-00${n}`, name: `host-${n}` });
const opened: RollbackScope = { ...scope, hosts: [host(1), host(2), host(3)] };
const part = { deployment: null, window_start: opened.window_start };
const ofPhases: RollbackScope = { ...opened, parts: [4, 3].map((phase) => ({ ...part, phase })) };

let tables: Awaited<ReturnType<typeof emptyTables>>;
let scopes: RollbackScopes;
/** The scope as another function has it. */
let beside: RollbackScopes;
beforeEach(async () => {
  tables = await emptyTables();
  scopes = rollbackScopesIn(tables.db, 'state');
  beside = rollbackScopesIn(tables.db, 'state');
});
const kept = async (scope = opened) => {
  await scopes.keep('r-1', scope);
};
const stored = () => scopes.read('r-1');

/** Each of them reads the scope before the other writes it. */
describe('two functions that change the scope at the same time', () => {
  test.each([
    ['loses a host', () => beside.lose('r-1', [host(2)]), { lost: [host(2)] }],
    [
      'leaves a host out',
      () => beside.leaveOut('r-1', [{ ...host(2), by: 'ana', reason: null }]),
      { left_out: [host(2)] },
    ],
    ['spares a host', () => beside.spare('r-1', [host(2)], 'r-0'), { done_before: [host(2)] }],
  ])('keep the frozen commit if the other one %s, and the host does not return', async (_, change, changed) => {
    await kept();
    await Promise.all([scopes.freezeCommit('r-1', a), change()]);
    expect(await stored()).toMatchObject({ ...changed, target_commit: a, hosts: [host(1), host(3)] });
  });

  test('keep a skipped step and a lost host', async () => {
    await kept();
    await Promise.all([
      scopes.skip('r-1', { step: 'clear-cache', by: 'ana', reason: null }),
      beside.lose('r-1', [host(2)]),
    ]);
    expect(await stored()).toMatchObject({ skipped: [{ step: 'clear-cache' }], lost: [host(2)] });
  });

  test('freeze one commit, and both get it', async () => {
    await kept();
    const [one, two] = await Promise.all([scopes.freezeCommit('r-1', a), beside.freezeCommit('r-1', b)]);
    expect(one.target_commit).toBe(two.target_commit);
    expect(await stored()).toMatchObject({ target_commit: one.target_commit });
  });

  test('freeze the commits of two phases', async () => {
    await kept(ofPhases);
    await Promise.all([scopes.freezeCommit('r-1', a, { phase: 4 }), beside.freezeCommit('r-1', b, { phase: 3 })]);
    expect(await stored()).toMatchObject({
      parts: [
        { phase: 4, target_commit: a },
        { phase: 3, target_commit: b },
      ],
    });
  });

  test('keep the commit of a phase and the host that another rollback spares it', async () => {
    await kept(ofPhases);
    const sparing = beside.sparePart('r-1', 4, { by: 'r-0', hosts: [host(2)] });
    await Promise.all([scopes.freezeCommit('r-1', a, { phase: 4 }), sparing]);
    expect((await stored())?.parts?.[0]).toMatchObject({ target_commit: a, spared: [host(2)] });
  });
});

test('three functions at the same time lose nothing', async () => {
  await kept();
  await Promise.all([
    scopes.freezeCommit('r-1', a),
    beside.lose('r-1', [host(1)]),
    rollbackScopesIn(tables.db, 'state').lose('r-1', [host(2)]),
  ]);
  expect(await stored()).toMatchObject({ target_commit: a, hosts: [host(3)] });
});

test.each([undefined, 4])('a frozen commit stays (phase %s)', async (phase) => {
  await kept(ofPhases);
  await scopes.freezeCommit('r-1', a, { phase });
  expect(await scopes.freezeCommit('r-1', b, { phase })).toEqual(await stored());
  expect(JSON.stringify(await stored())).not.toContain(b);
});

test('a change of a scope that is not stored stores nothing, and a commit cannot be frozen there', async () => {
  await scopes.lose('r-1', [host(1)]);
  await expect(scopes.freezeCommit('r-1', a)).rejects.toThrow('Rollback r-1 was never opened: it has no frozen hosts.');
  expect(await stored()).toBeUndefined();
});

test('a scope that others keep changing ends the tries with an error', async () => {
  await kept();
  tables.failing((action) => (action === 'PutItem' ? 'ConditionalCheckFailedException' : undefined));
  await expect(scopes.lose('r-1', [host(1)])).rejects.toThrow(
    'The scope of rollback r-1 could not be changed: 10 concurrent-write conflicts.',
  );
  expect(tables.requests.filter((action) => action === 'PutItem')).toHaveLength(11);
});
