import { beforeEach, describe, expect, test } from 'vitest';
import type { Waiter } from '../../../domain/decision/fleet-queue.ts';
import { recordOf } from '../../../domain/history/record.ts';
import { messageValues } from '../../../domain/message/message-values.ts';
import { openRollbacksIn } from '../../../lambdas/confirm-recovery/open-rollbacks.ts';
import { closeRollback } from '../../../lambdas/operations/close-rollback.ts';
import { runOnHosts } from '../../../lambdas/operations/run-on-hosts.ts';
import { clearCache, openedRollback, rollback } from '../opened-rollback.ts';

let opened: Awaited<ReturnType<typeof openedRollback>>;
beforeEach(async () => {
  opened = await openedRollback(2);
});
const waiter = (id: string, change: Partial<Waiter> = {}): Waiter => ({
  rollback: id,
  execution_arn: `arn:${id}`,
  phase: 4,
  severity: 'HIGH',
  deployed: null,
  opened: '2026-03-02T09:00:00.000Z',
  part: 'all',
  touched: false,
  until: rollback.deadline,
  incident: 'r-1',
  acted: [],
  ...change,
});
const wait = (...all: Waiter[]) => Promise.all(all.map((one) => opened.deps.locks.wait('trading', one)));
const queue = () => opened.deps.locks.queue('trading');

describe('a step that judges whole hosts and fails', () => {
  const fail = (whole: boolean) => {
    opened.hosts.reactWith((host) => (host === 'i-002' ? { status: 'Failed', code: 1, stdout: '' } : {}));
    const command = { ...clearCache, ...(whole ? { whole } : {}) };
    return runOnHosts(opened.deps, { rollback, fence: opened.fence, command }, () => 300_000);
  };

  test('throws OthersFirst while a rollback of another phase waits, which may be what the host needs', async () => {
    await wait(waiter('r-4'));
    await expect(fail(true)).rejects.toMatchObject({ name: 'OthersFirst' });
  });

  test('throws StepFailed if nobody waits', async () => {
    await expect(fail(true)).rejects.toMatchObject({ name: 'StepFailed' });
  });

  test('throws StepFailed as any other step if it does not judge whole hosts', async () => {
    await wait(waiter('r-4'));
    await expect(fail(false)).rejects.toMatchObject({ name: 'StepFailed' });
  });
});

describe('closing a rollback', () => {
  const close = (ending: 'Needs a person' | 'Rolled back') =>
    closeRollback(
      { ...opened.deps, now: () => Date.parse('2026-03-02T09:01:00.000Z') },
      { rollback, fence: 1, ending, problem: null },
    );
  /** r-1 has let r-4 act, which holds the fleet. */
  async function lent() {
    await opened.deps.locks.free('trading', 'r-1', opened.fence);
    await opened.deps.locks.take('trading', { rollback: 'r-4', execution_arn: 'arn:r-4', phase: 4 }, '');
  }

  test('names the deployments of its phase that were recorded while it ran', async () => {
    await opened.deps.deployments.record(1, { version: 'v1.4.0', at: '2026-03-02T08:50:00.000Z' });
    await opened.deps.deployments.record(1, { version: 'v1.4.1', at: '2026-03-02T09:00:30.000Z' });
    await opened.deps.deployments.record(4, { version: 'v9', at: '2026-03-02T09:00:30.000Z' });
    await close('Rolled back');
    const events = await opened.events();
    const meanwhile = [{ version: 'v1.4.1', at: '2026-03-02T09:00:30.000Z' }];
    expect(recordOf(events).deployed_during).toEqual(meanwhile);
    expect(messageValues(recordOf(events), events).next_steps).toContain(
      'deployed while this rollback ran, so perhaps half undone and not verified: v1.4.1 (2026-03-02T09:00:30.000Z)',
    );
  });

  test('removes it from the queue, with or without the fleet', async () => {
    await wait(waiter('r-1', { phase: 1 }));
    await close('Rolled back');
    expect(await queue()).toEqual({ holder: undefined, waiters: [], half: [] });
  });

  test('keeps its place for a person if it touched hosts and another rollback holds the fleet', async () => {
    await lent();
    await wait(waiter('r-1', { phase: 1, part: 'whole', touched: true }));
    expect(await close('Needs a person')).toMatchObject({ fleet: 'held' });
    expect(await queue()).toMatchObject({
      holder: { rollback: 'r-4' },
      waiters: [{ rollback: 'r-1', part: 'person' }],
    });
  });

  test('keeps no place for a rollback that touched nothing', async () => {
    await lent();
    await wait(waiter('r-1', { phase: 1 }));
    expect(await close('Needs a person')).toMatchObject({ fleet: 'free' });
    expect((await queue()).waiters).toEqual([]);
    const closed = (await opened.events()).find(({ type }) => type === 'Rollback closed');
    expect(closed?.detail).toMatchObject({ fleet: 'free', held_by: { rollback: 'r-4', phase: 4 } });
  });
});

describe('the other open rollbacks', () => {
  const open = (only_hosts: readonly string[] | null = null) =>
    openRollbacksIn({ ...opened.deps, phases: [1, 2, 4] })(rollback, { only_hosts });

  test('are those with a claim on another phase, and those of other phases that wait', async () => {
    await opened.deps.claims.claimPhase(1, { rollback: 'r-1', execution_arn: 'arn' });
    await opened.deps.claims.claimPhase(2, { rollback: 'r-2', execution_arn: 'arn' });
    await wait(waiter('r-4'));
    expect((await open()).others).toEqual([
      { rollback: 'r-2', phase: 2, wider: false },
      { rollback: 'r-4', phase: 4, wider: false },
    ]);
  });

  test('include the one of its own phase only for a rollback of a few hosts', async () => {
    await opened.deps.claims.claimPhase(1, { rollback: 'r-9', execution_arn: 'arn' });
    expect((await open(['host-1'])).others).toEqual([{ rollback: 'r-9', phase: 1, wider: true }]);
    expect((await open()).others).toEqual([]);
  });

  test('come with the phases that the incident rolled back before', async () => {
    await opened.deps.locks.free('trading', 'r-1', opened.fence);
    const by = { rollback: 'r-1', execution_arn: 'arn', phase: 1, incident: 'r-0', acted: [1, 3] };
    await opened.deps.locks.take('trading', by, '');
    expect((await open()).acted).toEqual([3]);
  });
});
