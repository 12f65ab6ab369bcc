import { beforeEach, describe, expect, test } from 'vitest';
import type { RollbackCause } from '../../../domain/decision/rollback-cause.ts';
import { recordOf } from '../../../domain/history/record.ts';
import { admission } from '../../../lambdas/open-rollback/admission.ts';
import { closeRollback } from '../../../lambdas/operations/close-rollback.ts';
import { takeTheFleet } from '../../../lambdas/take-the-fleet/take-the-fleet.ts';
import { decidingStores, policy } from '../deciding-stores.ts';
import { fleetStores } from '../fleet-stores.ts';
import { opening, rollback, START } from '../opened-rollback.ts';
import { causeOfAlarm } from '../rollback-causes.ts';
import { emptyTables } from '../tables.ts';

const byAlarm = causeOfAlarm('data_corruption', 'CRITICAL', START);
const byHand = (...only: string[]): RollbackCause => ({
  ...byAlarm,
  trigger: 'manual',
  alarm: null,
  only_hosts: only.length > 0 ? only : null,
});
const now = () => Date.parse('2026-03-02T09:00:02.000Z');

let stores: ReturnType<typeof storesIn>;
const storesIn = (db: Parameters<typeof fleetStores>[0]) => ({ ...decidingStores(db), ...fleetStores(db) });
let status: string;
beforeEach(async () => {
  stores = storesIn((await emptyTables()).db);
  status = 'RUNNING';
});
const around = () => ({
  ...stores,
  now,
  environment: 'test',
  statusOf: async () => status,
  stopCommands: async () => {},
  alarms: { notOk: async () => [] },
});
const claim = (id: string) => ({ rollback: id, execution_arn: `arn:${id}` });
const record = async (id: string) => recordOf(await stores.history.events(id));
const hosts = (...names: string[]) => names.map((name) => ({ instance_id: `i-${name}`, name }));

/** An execution asks for admission; one that is first acts on its hosts of the fleet host-1 to host-3. */
async function ask(id: string, cause: RollbackCause) {
  const detail = { ...opening.detail, execution_arn: `arn:${id}` };
  await stores.history.append(id, { ...opening, detail });
  const place = { phase: 1, fleet: 'trading', policy, assessed: async () => null };
  const admitted = await admission(around(), { ...place, cause, claim: claim(id) });
  if (admitted === 'first') {
    const act = { decision: 'act', why: [] };
    const frozen = { hosts: cause.only_hosts?.length ?? 3, not_online: [] };
    await stores.history.append(
      id,
      { id: 'decided/1', type: 'Decided', at: START, detail: act },
      { id: 'hosts-frozen', type: 'Hosts frozen', at: START, detail: frozen },
    );
    await stores.scopes.keep(id, {
      execution_arn: `arn:${id}`,
      hosts: hosts(...(cause.only_hosts ?? ['host-1', 'host-2', 'host-3'])),
      not_online: [],
      only_hosts: cause.only_hosts,
      steps: [],
      documents: {},
      deployment: null,
      window_start: '2026-03-02T08:00:00Z',
      deadline: rollback.deadline,
    });
  }
  return admitted;
}

describe('while a rollback of host-1 is live', () => {
  beforeEach(() => ask('r-1', byHand('host-1')));

  test('an alarm of the phase acts, and the phase is then its own', async () => {
    expect(await ask('r-2', byAlarm)).toBe('first');
    expect(await stores.claims.phaseClaim(1)).toMatchObject({ rollback: 'r-2' });
  });

  test('a start for the whole fleet acts, and so does one for another host', async () => {
    expect([await ask('r-2', byHand()), await ask('r-3', byHand('host-2'))]).toEqual([
      'first',
      'Joined the active rollback', // the one of the whole fleet
    ]);
  });

  test('a start for another host acts', async () => {
    expect(await ask('r-2', byHand('host-2'))).toBe('first');
  });

  test('a start for the same host joins it, and is told which rollback runs and how to see it', async () => {
    expect(await ask('r-2', byHand('host-1'))).toBe('Joined the active rollback');
    expect((await record('r-2')).decided).toEqual({
      decision: 'Joined the active rollback',
      why: ['Rollback r-1 of phase 1 is running and acts on these hosts. See it: npm run rollback -- show r-1'],
    });
    expect((await record('r-1')).attached).toEqual(['r-2']);
  });

  test('a start for the same host acts if that execution has died', async () => {
    status = 'ABORTED';
    expect(await ask('r-2', byHand('host-1'))).toBe('first');
  });

  test('called again, it is first again', async () => {
    expect(await ask('r-1', byHand('host-1'))).toBe('first');
    expect((await stores.claims.openOn(1)).onHosts).toHaveLength(1);
  });
});

test('a rollback of a few hosts gives its claim back when it ends, and no other', async () => {
  await ask('r-1', byHand('host-1'));
  await ask('r-2', byAlarm);
  await stores.claims.releasePhase(1, 'r-1');
  expect(await stores.claims.openOn(1)).toMatchObject({ whole: { rollback: 'r-2' }, onHosts: [] });
});

describe('the rollback of the whole fleet that waits for a rollback of a few hosts', () => {
  const of = (id: string) => ({ ...rollback, id, execution_arn: `arn:${id}` });
  const take = (id: string) => takeTheFleet(around(), { rollback: of(id), again: true });
  async function waits(...done: string[]) {
    await ask('r-1', byHand(...done));
    await take('r-1');
    await ask('r-2', byHand());
    await expect(take('r-2')).rejects.toMatchObject({ name: 'FleetBusy' });
  }
  const close = (ending: 'Rolled back' | 'Needs a person') =>
    closeRollback(around(), { rollback: of('r-1'), fence: 1, ending, problem: null });

  test('acts on what is left, and its history names the hosts that are done', async () => {
    await waits('host-1');
    await close('Rolled back');
    await take('r-2');
    expect((await stores.scopes.read('r-2'))?.hosts).toEqual(hosts('host-2', 'host-3'));
    expect(await record('r-2')).toMatchObject({ hosts: 2 });
    expect((await stores.history.events('r-2')).at(-1)).toMatchObject({
      type: 'Hosts already done',
      detail: { done: 1, names: ['host-1'], by: ['r-1'] },
    });
  });

  test('acts on every host if that one needed a person', async () => {
    await waits('host-1');
    await close('Needs a person');
    expect((await stores.scopes.read('r-2'))?.hosts).toHaveLength(3);
  });

  test('stands down if no host is left', async () => {
    await waits('host-1', 'host-2', 'host-3');
    await close('Rolled back');
    await expect(take('r-2')).rejects.toMatchObject({ name: 'NotNeeded' });
    expect(await record('r-2')).toMatchObject({
      ending: 'Stood down',
      decided: { why: ['While it waited, every host was rolled back by r-1.'] },
    });
    expect(await stores.locks.holder('trading')).toBeUndefined();
  });
});
