import { beforeEach, describe, expect, test } from 'vitest';
import type { Assessment } from '../../../domain/alarm/assessment.ts';
import type { Host } from '../../../domain/host/host-verdict.ts';
import { beginNow, type DecideRollbackDeps, decideNow } from '../../../lambdas/operations/decide-rollback.ts';
import type { RollbackScope } from '../../../lambdas/stores/rollback-scope.ts';
import { decidingStores, policy, settings } from '../deciding-stores.ts';
import { emptyTables } from '../tables.ts';

const NOW = '2026-03-02T09:00:05.000Z';
const START = '2026-03-02T09:00:00.000Z';
const host = (number: number): Host => ({ instance_id: `i-${number}`, name: `host-${number}` });
const online = (number: number) => ({ ...host(number), online: true, agent_version: '3.3.4000.0' });
const away = (number: number) => ({ ...online(number), online: false });
const scopeOf = (scope: Partial<RollbackScope>) =>
  ({ hosts: [], not_online: [], ...scope }) as unknown as RollbackScope;

let stores: ReturnType<typeof decidingStores>;
let fleet: ReturnType<typeof online>[];
beforeEach(async () => {
  stores = decidingStores((await emptyTables()).db);
  fleet = [online(1), online(2), away(3)];
});

const assessment: Assessment = {
  ...{ severity: 'CRITICAL', degradation_percent: null, measured: null, baseline: null, blind: false },
  reasoning: ['It is CRITICAL.'],
};
const around = (changes: Partial<DecideRollbackDeps> = {}): DecideRollbackDeps => ({
  ...stores,
  settings: { ...settings, brakes: { ...settings.brakes, hosts: { most: 2, within: 3600 } } },
  managedInstances: { hosts: async () => fleet } as unknown as NonNullable<DecideRollbackDeps['managedInstances']>,
  tag: { key: 'fleet', value: 'trading' },
  now: () => Date.parse(NOW),
  ...changes,
});

type Opening = { readonly id?: string; readonly phase?: number; readonly detail?: object };
/** Opens a rollback of an alarm that a deployment of ten minutes ago explains, and decides on it. */
async function decided(
  { id = 'r-1', phase = 1, detail = {} }: Opening = {},
  changes: Partial<DecideRollbackDeps> = {},
) {
  await stores.deployments.record(phase, { version: 'v1.4.0', at: '2026-03-02T08:50:00.000Z' });
  const alarm = { name: `rollback-test-phase-${phase}-data_corruption`, changed_at: START, state: 'ALARM' };
  await stores.history.append(id, {
    id: 'rollback-opened',
    type: 'Rollback opened',
    at: START,
    detail: { phase, trigger: 'data_corruption', severity: 'CRITICAL', start_time: START, alarm, ...detail },
  });
  return decideNow(
    around(changes),
    { rollback: { id, phase, execution_arn: `arn:${id}` }, policy },
    { assessment: 'alarm' in detail ? null : assessment },
  );
}
const byHand = { alarm: null, trigger: 'manual', operator: 'ana' };
const byReconcile = { ...byHand, operator: 'reconcile', only_hosts: ['host-2'] };
const began = (phase = 1) => stores.recentRollbacks.between(phase, '2026-03-01', '9999');

describe('under the cap', () => {
  test('an alarm acts, and stores that automation began it, with the hosts that are online', async () => {
    expect((await decided()).decision).toBe('act');
    expect(await began()).toMatchObject([{ rollback: 'r-1', by: 'automation', hosts: [host(1), host(2)] }]);
  });

  test('hosts that automation touches again in another phase count once', async () => {
    await decided();
    expect((await decided({ id: 'r-2', phase: 2 })).decision).toBe('act');
  });

  test('hosts that a person touches do not count', async () => {
    fleet = [online(3)];
    await decided({ id: 'r-0', phase: 2, detail: byHand });
    expect(await began(2)).toMatchObject([{ rollback: 'r-0', by: 'person' }]);
    fleet = [online(1), online(2)];
    expect((await decided()).decision).toBe('act');
  });

  test('hosts that a person permitted do not count', async () => {
    fleet = [online(1), online(2), online(3)];
    await decided({ id: 'r-0', phase: 2 });
    await beginNow(around(), { id: 'r-0', phase: 2, execution_arn: 'arn' }, 'bo answered rollback.');
    fleet = [online(1), online(2)];
    expect((await decided()).decision).toBe('act');
  });
});

describe('above the cap', () => {
  test('an alarm asks a permit, with numbers, time and hosts, and stores no beginning', async () => {
    fleet = [online(1), online(2), online(3)];
    const { decision, question } = await decided();
    expect([decision, question?.kind, question?.why]).toEqual([
      'ask',
      'permit',
      [
        'With this rollback automation would touch 3 hosts within 60 minutes; its cap is 2 (brakes.hosts). Touched so far: none. This rollback: host-1, host-2, host-3.',
      ],
    ]);
    expect(await began()).toEqual([]);
  });

  test('hosts of another phase count, which has not ended', async () => {
    await decided({ id: 'r-0', phase: 3 });
    fleet = [online(4)];
    expect((await decided()).question?.why[0]).toMatch(
      /touch 3 hosts .* Touched so far: host-1, host-2\. This rollback: host-4\./,
    );
  });

  test.each([
    ['so long after its end', '2026-03-02T08:00:05.000Z', 'ask'],
    ['not longer', '2026-03-02T08:00:04.999Z', 'act'],
  ])('a rollback counts %s', async (_, ended, decision) => {
    await stores.recentRollbacks.begin(2, 'r-0', '2026-03-02T06:00:00.000Z', { by: 'automation', hosts: [host(4)] });
    await stores.recentRollbacks.end(2, 'r-0', '2026-03-02T06:00:00.000Z', ended);
    expect((await decided()).decision).toBe(decision);
  });

  test('a beginning of an older version counts, with the hosts of its frozen scope', async () => {
    await stores.recentRollbacks.begin(2, 'r-0', '2026-03-02T08:30:00.000Z');
    const all = { hosts: [host(1)], lost: [host(4)], left_out: [{ ...host(5), by: 'ana', reason: null }] };
    await stores.scopes.keep('r-0', scopeOf(all));
    expect((await decided()).question?.why[0]).toMatch(/touch 4 hosts .* Touched so far: host-1, host-4, host-5\./);
  });

  test("a person's start acts, and reads no hosts", async () => {
    fleet = [online(1), online(2), online(3)];
    const down = async () => Promise.reject(new Error('no hosts'));
    const unread = { managedInstances: { hosts: down } as never, scopes: { read: down } };
    expect((await decided({ detail: byHand }, unread)).decision).toBe('act');
  });

  test('hosts that Reconcile rolls back ask a permit; they are the hosts that it names', async () => {
    await decided({ id: 'r-0', phase: 2 });
    expect((await decided({ detail: byReconcile })).decision).toBe('act'); // host-2 was touched already
    fleet = [online(2), online(3)];
    const { question } = await decided({ id: 'r-2', detail: { ...byReconcile, only_hosts: ['host-3'] } });
    expect([question?.kind, question?.why[0]]).toEqual(['permit', expect.stringMatching(/This rollback: host-3\.$/)]);
  });
});

describe('what cannot be read', () => {
  const down = async () => Promise.reject(new Error('no table'));

  test('needs a person', async () => {
    const unread = { recentRollbacks: { ...stores.recentRollbacks, between: down } };
    expect((await decided({ detail: byReconcile }, unread)).problem).toBe(
      'The hosts that automation has touched could not be read.',
    );
  });

  test('a beginning without hosts and without a scope is such a fact', async () => {
    await stores.recentRollbacks.begin(2, 'r-0', '2026-03-02T08:30:00.000Z', { by: 'automation' });
    expect((await decided()).problem).toBe('The hosts that automation has touched could not be read.');
  });

  test('the own hosts make the opening try again', async () => {
    await expect(decided({}, { managedInstances: { hosts: down } as never })).rejects.toThrow('no table');
  });

  test('nothing is read without a cap', async () => {
    const uncapped = { settings, managedInstances: { hosts: down } as never, scopes: { read: down } };
    expect((await decided({}, uncapped)).decision).toBe('act');
  });
});

describe('two rollbacks that decide at once', () => {
  test('count each other, even if neither saw the other at its first look', async () => {
    const others = { managedInstances: { hosts: async () => [online(3)] } as never };
    // The second stores its hosts after the first one's first look.
    const begin: typeof stores.recentRollbacks.begin = async (...own) => {
      await stores.recentRollbacks.begin(2, 'r-2', START, { by: 'automation', hosts: [host(3)] });
      await stores.recentRollbacks.begin(...own);
    };
    const first = await decided({}, { recentRollbacks: { ...stores.recentRollbacks, begin } });
    expect([first.decision, await began()]).toEqual(['ask', []]);
    await stores.recentRollbacks.withdraw(2, 'r-2', START);
    expect((await decided({ id: 'r-2', phase: 2 }, others)).decision).toBe('act');
  });

  test('a call after one that died gives back what that one stored, if it asks', async () => {
    const dies = { history: { ...stores.history, append: async () => Promise.reject(new Error('died')) } };
    await decided();
    await expect(decided({ id: 'r-2', phase: 2 }, dies)).rejects.toThrow('died');
    expect(await began(2)).toHaveLength(1);
    fleet = [online(1), online(4)];
    expect((await decided({ id: 'r-2', phase: 2 })).decision).toBe('ask');
    expect(await began(2)).toEqual([]);
  });
});
