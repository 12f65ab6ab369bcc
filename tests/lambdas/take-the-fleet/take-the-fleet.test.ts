import { beforeEach, describe, expect, test } from 'vitest';
import type { AlarmTransition } from '../../../domain/alarm/alarm-event.ts';
import { recordOf } from '../../../domain/history/record.ts';
import { type Claims, claimsIn } from '../../../lambdas/stores/claims.ts';
import { type Endings, endingsIn } from '../../../lambdas/stores/endings.ts';
import { type FleetLocks, fleetLocksIn } from '../../../lambdas/stores/fleet-lock.ts';
import { type History, historyIn } from '../../../lambdas/stores/history.ts';
import { type RollbackScopes, rollbackScopesIn } from '../../../lambdas/stores/rollback-scope.ts';
import { type Unreached, unreachedIn } from '../../../lambdas/stores/unreached-hosts.ts';
import { takeTheFleet } from '../../../lambdas/take-the-fleet/take-the-fleet.ts';
import { scope } from '../frozen-scope.ts';
import { opening, rollback } from '../opened-rollback.ts';
import { emptyTables, noSleep } from '../tables.ts';

let locks: FleetLocks;
let history: History;
let claims: Claims;
let endings: Endings;
let scopes: RollbackScopes;
let unreached: Unreached;
let notOk: readonly AlarmTransition[];
beforeEach(async () => {
  const { db } = await emptyTables();
  locks = fleetLocksIn(db, 'state');
  history = historyIn(db, 'history', noSleep);
  claims = claimsIn(db, 'state');
  endings = endingsIn(db, 'state');
  scopes = rollbackScopesIn(db, 'state');
  unreached = unreachedIn(db, 'state');
  notOk = [];
});

/** Rollback `id` takes the fleet at a time of day. */
async function take(id: string, time: string) {
  await history.append(id, opening);
  const [opened] = await history.events(id);
  if (!opened) throw new Error(`${id} was not opened.`);
  const deps = {
    locks,
    history,
    claims,
    endings,
    deployments: { recent: async () => [] },
    phases: [1],
    scopes,
    unsent: { owe: async () => {}, oweCalls: async () => {} },
    unreached,
    questions: { forgetTokens: async () => {} },
    rowWindow: { withdraw: async () => {} },
    environment: 'test',
    alarms: { notOk: async () => notOk },
    now: () => Date.parse(`2026-03-02T${time}Z`),
  };
  return takeTheFleet(deps, { rollback: { ...rollback, id }, again: true });
}
const types = async (id: string) => (await history.events(id)).map(({ type }) => type);

test('takes a free fleet and returns the fence and the end of the chain', async () => {
  const { fence, chain } = await take('r-1', '09:00:05');
  const last = (await history.events('r-1')).at(-1);
  expect(fence).toBe(1);
  expect(last).toMatchObject({ type: 'Fleet taken', hash: chain.head, detail: { fleet: 'trading', fence: 1 } });
});

test('taking twice returns the same and is recorded once', async () => {
  const first = await take('r-1', '09:00:05');
  expect(await take('r-1', '09:00:06')).toEqual(first);
  expect(await types('r-1')).toEqual(['Rollback opened', 'Fleet taken']);
});

test.each([
  ['Stood down', 'NotNeeded', []],
  [null, 'Error', ['red']],
])('of no host that is left takes no free fleet, and ends %s', async (ending, error, alarms) => {
  const name = 'rollback-test-phase-1-cascade_failure';
  const at = { changed_at: '2026-03-02T09:00:00.000Z', state: 'ALARM' } as const;
  const found = {
    environment: 'test',
    phase: 1,
    trigger: 'cascade_failure' as const,
    alarm: name,
    reason: '',
    reason_data: null,
  };
  notOk = alarms.map(() => ({ ...found, ...at }));
  await history.append('r-1', { ...opening, detail: { ...opening.detail, alarm: { name, ...at } } });
  const host = { instance_id: 'i-1', name: 'host-1' };
  await scopes.keep('r-1', { ...scope, hosts: [host] });
  await scopes.spare('r-1', [host], 'r-0');
  await expect(take('r-1', '09:00:05')).rejects.toMatchObject({
    name: error,
    message: expect.stringContaining('every host was rolled back by r-0'),
  });
  expect(recordOf(await history.events('r-1')).ending).toBe(ending);
  expect(await locks.holder('trading')).toBeUndefined();
});

describe('of which every host that is online was rolled back by others', () => {
  const [online, away] = [
    { instance_id: 'i-1', name: 'host-1' },
    { instance_id: 'i-2', name: 'host-2', away: 'its instance is stopped' },
  ];
  const owed = { instance_id: 'i-2', name: 'host-2', phase: 1 };
  beforeEach(async () => {
    await scopes.keep('r-0', { ...scope, hosts: [online], target_commit: 'abc' });
    await scopes.keep('r-1', { ...scope, hosts: [online], not_online: [away] });
    await scopes.spare('r-1', [online], 'r-0');
  });

  test('acts on no host: a person is told which are away, and they are owed the rollback at the same commit', async () => {
    await expect(take('r-1', '09:00:05')).rejects.toMatchObject({
      name: 'Error',
      message:
        'While it waited, every host that is online was rolled back by r-0, so no host is left to act on. Not online, so not rolled back: host-2 (its instance is stopped). Each is rolled back when its agent returns. No host was touched by this rollback.',
    });
    expect(await unreached.all()).toMatchObject([{ ...owed, rollback: 'r-1', target_commit: 'abc' }]);
    expect(await locks.holder('trading')).toBeUndefined();
  });

  test('a repeat says the same, and owes nothing twice', async () => {
    await expect(take('r-1', '09:00:05')).rejects.toThrow('no host is left to act on');
    await expect(take('r-1', '09:00:06')).rejects.toThrow('no host is left to act on');
    expect(await unreached.all()).toHaveLength(1);
  });

  test('stands down if another rollback owes the rest already', async () => {
    const { severity } = opening.detail as { severity: 'HIGH' };
    await unreached.keep({ ...owed, rollback: 'r-0', since: '2026-03-02T08:59:00.000Z', window_start: '', severity });
    await expect(take('r-1', '09:00:05')).rejects.toMatchObject({ name: 'NotNeeded' });
    expect(recordOf(await history.events('r-1')).ending).toBe('Stood down');
  });
});

describe('while another rollback holds the fleet', () => {
  const held = 'Fleet trading is held by rollback r-0 of phase 1 since 2026-03-02T08:59:00.000Z.';
  beforeEach(() => take('r-0', '08:59:00'));

  test('throws FleetBusy with the holder, and until when it tries again', async () => {
    const message = `${held} This one tries again until 2026-03-02T10:00:00.000Z, its limit; no host was touched.`;
    await expect(take('r-1', '09:00:05')).rejects.toMatchObject({ name: 'FleetBusy', message });
  });

  test('records waiting once per holder, however often it tries', async () => {
    for (const time of ['09:00:05', '09:00:10', '09:00:20']) await expect(take('r-1', time)).rejects.toThrow(held);
    expect(await types('r-1')).toEqual(['Rollback opened', 'Waiting for the fleet']);
    await locks.free('trading', 'r-0', 1);
    await locks.take('trading', { rollback: 'r-2', execution_arn: 'arn', phase: 2 }, '2026-03-02T09:01:00.000Z');
    await expect(take('r-1', '09:01:05')).rejects.toThrow('is held by rollback r-2');
    expect(await types('r-1')).toEqual(['Rollback opened', 'Waiting for the fleet', 'Waiting for the fleet']);
  });

  test('takes the fleet once the other rollback is done, with a higher fence', async () => {
    await expect(take('r-1', '09:00:05')).rejects.toThrow(held);
    await locks.free('trading', 'r-0', 1);
    expect((await take('r-1', '09:01:00')).fence).toBeGreaterThan(1);
  });

  test('gives up at its deadline with an error that is not FleetBusy', async () => {
    await expect(take('r-1', '10:00:00')).rejects.toMatchObject({
      name: 'Error',
      message: `${held} It was not freed by 2026-03-02T10:00:00.000Z, this rollback's limit; no host was touched.`,
    });
  });

  test('still waits a second before its deadline', async () => {
    await expect(take('r-1', '09:59:59')).rejects.toMatchObject({ name: 'FleetBusy' });
  });
});

test('of ten concurrent rollbacks one takes the fleet, and the others must wait', async () => {
  const taken = await Promise.allSettled(Array.from({ length: 10 }, (_, n) => take(`r-${n}`, '09:00:05')));
  const refused = taken.filter((one) => one.status === 'rejected').map(({ reason }) => reason.name);
  expect(refused).toEqual(Array.from({ length: 9 }, () => 'FleetBusy'));
});

describe('once it has waited', () => {
  const name = 'rollback-test-phase-1-cascade_failure';
  const red: AlarmTransition = {
    environment: 'test',
    phase: 1,
    trigger: 'cascade_failure',
    alarm: name,
    state: 'ALARM',
    changed_at: '2026-03-02T09:00:00.000Z',
    reason: '',
    reason_data: null,
  };
  /** Rollback r-1 of an alarm waits for r-0, which then ends. */
  async function waited(alarm: object | null) {
    await take('r-0', '08:59:00');
    await history.append('r-1', { ...opening, detail: { ...opening.detail, alarm } });
    await claims.claimPhase(1, { rollback: 'r-1', execution_arn: 'arn' });
    await expect(take('r-1', '09:00:05')).rejects.toMatchObject({ name: 'FleetBusy' });
    await locks.free('trading', 'r-0', 1);
  }
  const changed = { name, changed_at: red.changed_at, state: 'ALARM' };

  test('acts while its alarm is still red', async () => {
    notOk = [red];
    await waited(changed);
    expect((await take('r-1', '09:01:00')).fence).toBe(2);
  });

  test('stands down if its alarms are green again, frees fleet and phase, and records why', async () => {
    await waited(changed);
    await expect(take('r-1', '09:01:00')).rejects.toMatchObject({ name: 'NotNeeded' });
    expect(recordOf(await history.events('r-1'))).toMatchObject({
      ending: 'Stood down',
      decided: { why: ['It had to wait for the fleet, and its alarms are green again.'] },
    });
    expect([await locks.holder('trading'), await claims.phaseClaim(1)]).toEqual([undefined, undefined]);
    await expect(take('r-1', '09:01:05')).rejects.toMatchObject({ name: 'NotNeeded' });
    expect(await locks.holder('trading')).toBeUndefined();
  });

  test('acts if a person started it: the person has decided', async () => {
    await waited(null);
    expect((await take('r-1', '09:01:00')).fence).toBe(2);
  });
});
