import { beforeEach, describe, expect, test } from 'vitest';
import type { RollbackCause } from '../../../domain/decision/rollback-cause.ts';
import { FleetBusy, NotNeeded, StillDeciding } from '../../../domain/errors.ts';
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
const of = (id: string) => ({ ...rollback, id, execution_arn: `arn:${id}` });
const record = async (id: string) => recordOf(await stores.history.events(id));
const hosts = (...names: string[]) => names.map((name) => ({ instance_id: `i-${name}`, name }));

const scopeOf = (id: string, only_hosts: readonly string[] | null) => ({
  execution_arn: `arn:${id}`,
  hosts: hosts(...(only_hosts ?? ['host-1', 'host-2', 'host-3'])),
  not_online: [],
  only_hosts,
  steps: [],
  documents: {},
  deployment: null,
  window_start: '2026-03-02T08:00:00Z',
  deadline: rollback.deadline,
});

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
    await stores.scopes.keep(id, scopeOf(id, cause.only_hosts));
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
      why: [
        'Rollback r-1 of phase 1 is open and acts on these hosts, or will once it has the fleet. See it: npm run rollback -- show r-1',
      ],
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

describe('while a rollback of the whole fleet acts', () => {
  beforeEach(() => ask('r-1', byAlarm));
  const out = hosts('host-3').map((host) => ({ ...host, by: 'ana', reason: 'its disk is broken' }));

  test('a start for one of its hosts joins it', async () => {
    expect(await ask('r-2', byHand('host-3'))).toBe('Joined the active rollback');
  });

  test('a start for a host that a person left out does not, alone or with others', async () => {
    await stores.scopes.leaveOut('r-1', out);
    expect(await ask('r-2', byHand('host-3'))).toBe('first');
    expect(await ask('r-3', byHand('host-2', 'i-host-3'))).toBe('first');
    expect(await ask('r-4', byHand('host-2'))).toBe('Joined the active rollback');
  });

  test('a start for a host that has left, that another rollback has done, or that came later does not', async () => {
    await stores.scopes.lose('r-1', hosts('host-2'));
    await stores.scopes.spare('r-1', hosts('host-3'), 'r-0');
    expect(await ask('r-2', byHand('host-2'))).toBe('first');
    expect(await ask('r-3', byHand('host-3'))).toBe('first');
    expect(await ask('r-4', byHand('host-4'))).toBe('first');
  });

  test('a start for the whole fleet joins it, and is told which hosts it leaves out and how to roll them back', async () => {
    await stores.scopes.leaveOut('r-1', out);
    expect(await ask('r-2', byHand())).toBe('Joined the active rollback');
    expect((await record('r-2')).decided?.why[1]).toBe(
      'People left out host-3, and nothing rolls it back by itself. Once it is mended: npm run rollback -- start 1 --only-hosts host-3',
    );
  });
});

describe('while a rollback of the whole fleet asks', () => {
  /** It has frozen its hosts, and has not begun. */
  async function asks(decision: string | null, only_hosts: readonly string[] | null = null) {
    const detail = { ...opening.detail, execution_arn: 'arn:r-1' };
    await stores.history.append('r-1', { ...opening, detail });
    await (only_hosts
      ? stores.claims.claimHosts(1, claim('r-1'), only_hosts)
      : stores.claims.claimPhase(1, claim('r-1')));
    if (decision === null) return;
    await stores.history.append('r-1', { id: 'decided/1', type: 'Decided', at: START, detail: { decision, why: [] } });
    await stores.scopes.keep('r-1', scopeOf('r-1', only_hosts));
  }

  test.each(['ask permit', 'ask confirm', 'ask choose'])(
    'a start for one host is no answer, and acts beside it: %s',
    async (decision) => {
      await asks(decision);
      expect(await ask('r-2', byHand('host-1'))).toBe('first');
      expect(await record('r-1')).toMatchObject({ attached: [], questions: [] });
      expect((await stores.claims.openOn(1)).whole).toMatchObject({ rollback: 'r-1' });
    },
  );

  test('a start for one host waits until it has decided', async () => {
    await asks(null);
    await expect(ask('r-2', byHand('host-1'))).rejects.toThrow(StillDeciding);
  });

  test('a start for two hosts acts beside a question for one of them, and a start for one beside a question for two', async () => {
    await asks('ask permit', ['host-1', 'host-2']);
    expect(await ask('r-2', byHand('host-1'))).toBe('first');
    expect(await ask('r-3', byHand('host-2', 'host-3'))).toBe('first');
  });

  test('what was rolled back beside it is taken out of it, and it ends if nothing is left', async () => {
    await asks('ask confirm');
    await ask('r-2', byHand('host-1'));
    await ask('r-3', byHand('host-2', 'host-3'));
    for (const id of ['r-2', 'r-3']) {
      await takeTheFleet(around(), { rollback: of(id), again: false });
      await closeRollback(around(), { rollback: of(id), fence: 1, ending: 'Rolled back', problem: null });
    }
    await expect(takeTheFleet(around(), { rollback: of('r-1'), again: false })).rejects.toThrow(NotNeeded);
    expect(await record('r-1')).toMatchObject({ ending: 'Stood down' });
  });

  test('if it is answered and acts first, its hosts are taken out of the rollback beside it', async () => {
    await asks('ask confirm');
    await ask('r-2', byHand('host-1'));
    await takeTheFleet(around(), { rollback: of('r-1'), again: false });
    await expect(takeTheFleet(around(), { rollback: of('r-2'), again: true })).rejects.toThrow(FleetBusy);
    await closeRollback(around(), { rollback: of('r-1'), fence: 1, ending: 'Rolled back', problem: null });
    await expect(takeTheFleet(around(), { rollback: of('r-2'), again: true })).rejects.toThrow(NotNeeded);
  });
});

test('a rollback of a few hosts gives its claim back when it ends, and no other', async () => {
  await ask('r-1', byHand('host-1'));
  await ask('r-2', byAlarm);
  await stores.claims.releasePhase(1, 'r-1');
  expect(await stores.claims.openOn(1)).toMatchObject({ whole: { rollback: 'r-2' }, onHosts: [] });
});

describe('the rollback of the whole fleet that waits for a rollback of a few hosts', () => {
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

  const later = '2026-03-02T09:00:03.000Z';
  test.each([
    ['a newer deployment of any phase', 2, { version: 'v2', at: later }, []],
    ['a newer deployment to this host', 1, { version: 'v2', at: later, hosts: ['host-1'] }, []],
    ['a newer deployment to another host', 1, { version: 'v2', at: later, hosts: ['host-3'] }, ['host-1']],
    ['a deployment that came before the end', 1, { version: 'v1', at: '2026-03-02T09:00:01.000Z' }, ['host-1']],
  ])('%s decides whether a host that is done is done again', async (_, phase, deployment, done) => {
    await waits('host-1');
    await close('Rolled back');
    await stores.deployments.record(phase, deployment);
    const deps = { ...around(), now: () => Date.parse('2026-03-02T09:00:04.000Z') };
    await takeTheFleet(deps, { rollback: of('r-2'), again: true });
    const all = (await stores.scopes.read('r-2'))?.hosts.map(({ name }) => name).toSorted();
    expect(all).toEqual(['host-1', 'host-2', 'host-3'].filter((name) => !done.includes(name)));
    const events = (await stores.history.events('r-2')).filter(({ type }) => type === 'Hosts already done');
    expect(events.map(({ detail }) => detail['names'])).toEqual(done.length > 0 ? [done] : []);
  });

  test('does not stand down if every host got a version since', async () => {
    await waits('host-1', 'host-2', 'host-3');
    await close('Rolled back');
    await stores.deployments.record(1, { version: 'v2', at: later });
    const deps = { ...around(), now: () => Date.parse('2026-03-02T09:00:04.000Z') };
    await takeTheFleet(deps, { rollback: of('r-2'), again: true });
    expect((await stores.scopes.read('r-2'))?.hosts).toHaveLength(3);
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
