import { beforeEach, describe, expect, test } from 'vitest';
import { recordOf } from '../../../domain/history/record.ts';
import type { HostVerdict } from '../../../domain/host/host-verdict.ts';
import { brakesHistoryIn } from '../../../lambdas/stores/brakes-history.ts';
import { anOpening, arn, host, type opening } from '../an-opening.ts';
import { policy } from '../deciding-stores.ts';

let one: Awaited<ReturnType<typeof anOpening>>;
beforeEach(async () => {
  one = await anOpening();
});

const steps = [
  { name: 'Stop feed', timeout: 60 },
  { name: 'Restore previous version', timeout: 60 },
  { name: 'Verify', timeout: 60 },
];
const input = { from_step: 'Verify', operator: 'ana', reason: 'the rest is done' };
const open = (more: object = {}, changes: Partial<typeof opening> = {}) =>
  one.open({ policy: { ...policy, steps }, ...changes, input: { ...input, ...more } });
const scope = () => one.stores.scopes.read('r-1');

const done = (n: number): HostVerdict => ({
  ...{ host: { instance_id: `i-${n}`, name: `host-${n}` }, verdict: 'done', reason: null, report: {} },
  command_id: 'c',
});

/** An earlier rollback of the phase that did "Stop feed" on these hosts, and then ended. */
async function earlier({
  id = 'r-0',
  at = '2026-03-02T08:30:00.000Z',
  target_version = 'v1',
  ending = 'Needs a person' as string | null,
  on = [1],
  hosts = [1, 2],
} = {}) {
  const { history, scopes, recentRollbacks } = one.stores;
  const detail = { phase: 1, start_time: at, execution_arn: `${arn}-0`, severity: 'HIGH', target_version };
  await history.append(id, { id: 'rollback-opened', type: 'Rollback opened', at, detail });
  await scopes.keep(id, {
    execution_arn: `${arn}-0`,
    hosts: hosts.map((n) => ({ instance_id: `i-${n}`, name: `host-${n}` })),
    not_online: [],
    only_hosts: null,
    steps: [],
    documents: {},
    deployment: null,
    window_start: '2026-03-02T07:30:00Z',
    deadline: at,
  });
  await recentRollbacks.begin(1, id, at);
  await history.putHosts(id, 'stop-feed', on.map(done));
  if (ending) await history.append(id, { id: 'rollback-closed', type: 'Rollback closed', at, detail: { ending } });
}
const doneBefore = async () => (await scope())?.begins_at?.done;

describe('an opening that begins at a later step', () => {
  test('freezes the step, the steps before it, and only the others as steps to run', async () => {
    await open();
    expect(await scope()).toMatchObject({
      begins_at: {
        ...{ step: 'verify', name: 'Verify', operator: 'ana', reason: 'the rest is done', done: [] },
        passed: [
          { step: 'stop-feed', restores: false },
          { step: 'restore-previous-version', restores: true },
        ],
      },
      steps: [{ name: 'Verify' }],
    });
  });

  test('records on which hosts an earlier rollback did each step, and on which it is left out', async () => {
    await earlier();
    await open();
    expect(await one.types()).toContain('Begins at step');
    expect(recordOf(await one.events())).toMatchObject({
      begins_at: {
        name: 'Verify',
        before: [
          {
            step: 'stop-feed',
            done_by: [{ rollback: 'r-0', names: ['host-1'] }],
            left_out: { hosts: 1, names: ['host-2'] },
          },
          { step: 'restore-previous-version', checked: true },
        ],
      },
    });
  });

  test('opens twice as the same, with one event', async () => {
    await earlier();
    const first = await open();
    expect(await open()).toEqual(first);
    expect((await one.types()).filter((type) => type === 'Begins at step')).toHaveLength(1);
  });

  test('acts on the hosts that a person names only', async () => {
    await earlier({ on: [1, 2] });
    await open({ only_hosts: ['host-2'] });
    expect(await doneBefore()).toEqual([{ step: 'stop-feed', rollback: 'r-0', hosts: ['i-2'] }]);
  });

  test('of the whole phase records nothing of it', async () => {
    await one.open({ policy: { ...policy, steps } });
    expect(await scope()).not.toHaveProperty('begins_at');
    expect(recordOf(await one.events()).begins_at).toBeNull();
  });
});

describe('what an earlier rollback did', () => {
  test.each<[string, Parameters<typeof earlier>[0]]>([
    ['it rolled its hosts back', { ending: 'Rolled back' }],
    ['it had another target', { target_version: 'v0' }],
    ['it has not ended', { ending: null }],
    ['it is more than a day old, without a deployment on record', { at: '2026-03-01T08:00:00.000Z' }],
  ])('does not count if %s', async (_, changes) => {
    await earlier(changes);
    await open();
    expect(await doneBefore()).toEqual([]);
  });

  test('counts on a host that it left out', async () => {
    await earlier({ ending: 'Rolled back, unverified', on: [1, 2], hosts: [1] });
    await open();
    expect(await doneBefore()).toEqual([{ step: 'stop-feed', rollback: 'r-0', hosts: ['i-2'] }]);
  });

  test('does not count once something was deployed since: that changed the hosts', async () => {
    await earlier();
    await one.stores.deployments.record(1, { version: 'v3', at: '2026-03-02T08:45:00.000Z' });
    await open();
    expect(await doneBefore()).toEqual([]);
  });

  test('does not count if a later step of its own resumed trading', async () => {
    const resuming = [...steps, { name: 'Resume', timeout: 60, resumes: true }];
    await earlier();
    await one.stores.history.putHosts('r-0', 'resume', [done(1)]);
    await open({}, { policy: { ...policy, steps: resuming } });
    expect(await doneBefore()).toEqual([]);
  });

  test.each<[string, () => Promise<unknown>]>([
    [
      'people had trading resume since',
      () =>
        brakesHistoryIn(one.tables.db, 'history').append({
          ...{ id: 'trading-resumed/x', type: 'Trading resumed', at: '2026-03-02T08:45:00.000Z' },
          detail: { operator: 'bo', only: ['host-1'] },
        }),
    ],
    [
      'another phase was deployed since',
      () => one.stores.deployments.record(2, { version: 'v3', at: '2026-03-02T08:45:00.000Z' }),
    ],
    [
      'a rollback of another phase acted since',
      () => one.stores.recentRollbacks.begin(2, 'r-other', '2026-03-02T08:20:00.000Z'),
    ],
  ])('runs again if %s', async (_, undo) => {
    await earlier();
    await undo();
    await open();
    expect((await scope())?.begins_at).toMatchObject({
      done: [],
      passed: [{ step: 'restore-previous-version' }],
      undone: [{ step: 'stop-feed', rollback: 'r-0', hosts: ['i-1'] }],
    });
    expect((await scope())?.steps.map(({ name }) => name)).toEqual(['Stop feed', 'Verify']);
  });

  test('does not count if it cannot be read, and the record says so', async () => {
    await earlier();
    one.tables.failing((action, request) =>
      action === 'Query' && JSON.stringify(request).includes('BEGAN#') && JSON.stringify(request).includes('2026-03-01')
        ? 'AccessDeniedException'
        : undefined,
    );
    await open();
    expect(recordOf(await one.events()).begins_at).toMatchObject({
      unread: true,
      before: [{ left_out: { hosts: 2 } }, {}],
    });
  });
});

describe('is refused, with nothing written', () => {
  const refused = async (given: object, message: string) => {
    await expect(open(given)).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringContaining(message),
    });
    expect(await one.events()).toEqual([]);
  };

  test('at an unknown step', () =>
    refused({ from_step: 'Verfy' }, 'Did you mean "Verify"? Steps: Stop feed, Restore previous version, Verify.'));

  test('without a reason', () => refused({ reason: null }, 'needs a reason'));

  test.each([
    ['of the phase', () => one.stores.claims.claimPhase(1, { rollback: 'r-7', execution_arn: `${arn}-7` })],
    ['of one host', () => one.stores.claims.claimHosts(1, { rollback: 'r-7', execution_arn: `${arn}-7` }, ['host-1'])],
  ])('while a rollback %s is open: it would join that one, which runs every step', async (_, claim) => {
    await claim();
    await refused({}, 'rollback r-7 of phase 1 is still open');
  });
});

test('a rollback that is opened stays so when its opening is repeated, whatever was started since', async () => {
  const first = await open();
  await one.stores.claims.claimHosts(1, { rollback: 'r-7', execution_arn: `${arn}-7` }, ['host-1']);
  expect(await open()).toEqual(first);
});

test('a plan at a later step needs no reason, and no free phase', async () => {
  await one.stores.claims.claimPhase(1, { rollback: 'r-7', execution_arn: `${arn}-7` });
  one.found = [host(1)];
  expect(await open({ mode: 'plan', reason: null })).toMatchObject({ decision: 'plan' });
  expect(await scope()).toMatchObject({ begins_at: { step: 'verify', reason: null } });
});

describe('where the runbook wants two approvers', () => {
  const two = { policy: { ...policy, steps, approvers: 2 } };

  test('a start that leaves a step out is not begun: nothing is frozen, and the fleet stays free', async () => {
    await earlier({ on: [1] });
    await expect(open({}, two)).rejects.toMatchObject({
      name: 'Error',
      message: expect.stringMatching(
        /^Phase 1 wants 2 approvers, and one person cannot leave steps out\. .*stop-feed on host-2\. No host was touched\. Start at an earlier step, or without from_step: if a step fails then, its hand-over asks 2 people for skip\.$/,
      ),
    });
    expect([await scope(), await one.stores.locks.holder('trading')]).toEqual([undefined, undefined]);
  });

  test('a start that leaves nothing out begins: one person decides on a start', async () => {
    await earlier({ on: [1, 2] });
    expect(await open({}, two)).toMatchObject({ decision: 'act' });
  });

  test('it is judged by the hosts that it names', async () => {
    await earlier({ on: [1] });
    expect(await open({ only_hosts: ['host-1'] }, two)).toMatchObject({ decision: 'act' });
  });

  test('a plan is not refused, because it changes nothing', async () => {
    expect(await open({ mode: 'plan' }, two)).toMatchObject({ decision: 'plan' });
  });
});
