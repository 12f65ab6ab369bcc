import { beforeEach, describe, expect, test } from 'vitest';
import type { Brake } from '../../../domain/brakes/brakes.ts';
import { recordOf } from '../../../domain/history/record.ts';
import { lowestOf } from '../../../domain/phases.ts';
import type { Rollback } from '../../../lambdas/middleware/payload.ts';
import { chosenPhases, type OpenPart } from '../../../lambdas/open-rollback/several-phases.ts';
import { closeRollback } from '../../../lambdas/operations/close-rollback.ts';
import { brakesIn } from '../../../lambdas/stores/brakes.ts';
import { takeTheFleet } from '../../../lambdas/take-the-fleet/take-the-fleet.ts';
import { anOpening, opening } from '../an-opening.ts';

const part = (phase: number, changes: Partial<OpenPart> = {}): OpenPart => ({
  phase: { number: phase, name: `Name ${phase}` },
  target_version: `target-${phase}`,
  also_undone: [],
  restores: { paths: [`path-${phase}`], by: [`phase-${phase}-restore`] },
  steps: [{ name: `Phase ${phase} - Restore`, timeout: 60 }],
  documents: opening.documents,
  ...changes,
});
const parts = [part(4), part(3), part(2), part(1, { also_undone: [2, 3, 4] })];

type Execution = typeof opening.execution;
const executionOf = (name: string, input: unknown): Execution => ({
  id: `arn:aws:states:eu-west-1:000000000000:execution:rollback-test-phase-roll-back-to-before:${name}`,
  name,
  start_time: '2026-03-02T09:00:00.000Z',
  input,
});
const chosen = (name: string, input: unknown) =>
  chosenPhases({
    execution: executionOf(name, input),
    fleet: 'trading',
    triggers: opening.policy.triggers,
    parts,
  });

let one: Awaited<ReturnType<typeof anOpening>>;
beforeEach(async () => {
  one = await anOpening();
});

/** Opens a rollback to before a phase. */
const toBefore = (name: string, input: { readonly before: number }) => {
  const request = chosen(name, input);
  return one.open({ ...request, input: request.execution.input } as never);
};
/** Opens a rollback of one phase by a person. */
const ofPhase = (phase: number, name: string) =>
  one.open({ phase: { number: phase, name: '' }, execution: executionOf(name, {}) });
const record = async (id: string) => recordOf(await one.stores.history.events(id));
const around = (time = '09:01') => ({
  ...one.stores,
  now: () => Date.parse(`2026-03-02T${time}:00.000Z`),
  environment: 'test',
});
const rolledBack = async (name: string) => {
  const { execution_arn, phase, phases, fleet } = await record(name);
  const rollback = { id: name, execution_arn, fleet, ...lowestOf({ phase, phases }) };
  await closeRollback({ ...around(), reviewWithin: 3600 } as never, {
    rollback,
    fence: 1,
    ending: 'Rolled back',
    problem: null,
  });
};
/** Returns the phases that are left to a rollback that takes the fleet. */
const leftOf = async (rollback: Rollback, time?: string) =>
  (await takeTheFleet({ ...around(time), alarms: { notOk: async () => [] } } as never, { rollback, again: true })).left;

test('the phases from the latest down to the given one are opened as one rollback', async () => {
  const { rollback, decision } = await toBefore('r-2', { before: 3 });
  expect([decision, rollback.phase, rollback.phases]).toEqual(['act', 3, [4, 3]]);
  expect(await record('r-2')).toMatchObject({ phase: 3, phases: [4, 3], phase_name: 'Name 4, Name 3' });
  expect(chosen('r-3', { before: 1 })).toMatchObject({ also_undone: [], target_version: 'target-1' });
});

test('each phase has a row window and a deployment of its own', async () => {
  await one.stores.deployments.record(4, { version: 'v4', at: '2026-03-02T08:50:00.000Z' });
  await one.stores.deployments.record(3, { version: 'v3', at: '2026-03-02T08:20:00.000Z' });
  await toBefore('r-2', { before: 3 });
  expect((await one.stores.scopes.read('r-2'))?.parts).toMatchObject([
    { phase: 4, deployment: { version: 'v4' }, window_start: '2026-03-02T08:50:00Z' },
    { phase: 3, deployment: { version: 'v3' }, window_start: '2026-03-02T08:20:00Z' },
  ]);
});

test('the versions that its phases restore are frozen, and a blocked one of any phase ends it before a host is touched', async () => {
  await toBefore('r-2', { before: 3 });
  expect((await one.stores.scopes.read('r-2'))?.targets).toEqual([
    {
      phase: 4,
      version: 'target-4',
      by: ['phase-4-restore'],
      why: expect.stringContaining('no deployment is on record'),
    },
    {
      phase: 3,
      version: 'target-3',
      by: ['phase-3-restore'],
      why: expect.stringContaining('no deployment is on record'),
    },
  ]);
  await rolledBack('r-2');
  const block = { operator: 'ana', reason: 'loses orders', at: '2026-03-02T08:00:00.000Z' };
  await brakesIn(one.tables.db, 'state').set('block', { ...block, version: 'target-4', phase: 4 } as Brake);
  await brakesIn(one.tables.db, 'state').set('block', { ...block, version: 'target-3', phase: 4 } as Brake);
  expect(await toBefore('r-3', { before: 3 })).toMatchObject({
    decision: 'Needs a person',
    fence: 0,
    problem: expect.stringMatching(/^Version target-4 of phase 4 has been blocked(?!.*target-3)/),
  });
});

test('a repeated opening returns the same rollback', async () => {
  const first = await toBefore('r-2', { before: 3 });
  expect((await toBefore('r-2', { before: 3 })).rollback).toEqual(first.rollback);
});

describe('an opening that died between two claims', () => {
  /** Opens a rollback to before a phase, and dies before claim number `nth` of one kind. */
  const dyingAt = async (nth: number, kind: 'claimPhase' | 'claimHosts', before: number) => {
    const { claims } = one.stores;
    let made = 0;
    const claim = async (...given: never[]) => {
      if (made === nth) throw new Error('killed');
      made += 1;
      return (claims[kind] as (...given: never[]) => unknown)(...given);
    };
    one.stores = { ...one.stores, claims: { ...claims, [kind]: claim } };
    await expect(toBefore('r-2', { before })).rejects.toThrow('killed');
    one.stores = { ...one.stores, claims };
  };
  const openOn = (phase: number) => one.stores.claims.openOn(phase);

  test.each([0, 1, 2])('makes the others when it is repeated: %i', async (nth) => {
    await dyingAt(nth, 'claimPhase', 2);
    expect((await toBefore('r-2', { before: 2 })).decision).toBe('act');
    const open = await Promise.all([4, 3, 2].map(openOn));
    expect(open.map(({ whole }) => whole?.rollback)).toEqual(['r-2', 'r-2', 'r-2']);
  });

  test('makes that beside a live rollback when it is repeated', async () => {
    await ofPhase(4, 'r-1');
    await dyingAt(0, 'claimHosts', 3);
    await toBefore('r-2', { before: 3 });
    expect((await openOn(4)).onHosts).toMatchObject([{ rollback: 'r-2', only_hosts: null }]);
  });

  test('makes none twice if the phase has become free, so that its end leaves none', async () => {
    await ofPhase(3, 'r-1');
    await dyingAt(1, 'claimPhase', 3);
    await rolledBack('r-1');
    await toBefore('r-2', { before: 3 });
    await rolledBack('r-2');
    expect(await openOn(3)).toMatchObject({ whole: undefined, onHosts: [] });
  });
});

test('the opening takes a free fleet for all phases', async () => {
  expect((await toBefore('r-2', { before: 3 })).fence).toBeGreaterThan(0);
  expect(await one.stores.locks.holder('trading')).toMatchObject({ rollback: 'r-2', phase: 3, phases: [4, 3] });
});

describe('while phases 4 and 3 are rolled back', () => {
  beforeEach(() => toBefore('r-2', { before: 3 }));

  test.each([4, 3])('a start of phase %i joins', async (phase) => {
    expect((await ofPhase(phase, 'r-3')).decision).toBe('Joined the active rollback');
  });

  test.each([4, 3])('a start to before phase %i joins', async (phase) => {
    expect((await toBefore('r-3', { before: phase })).decision).toBe('Joined the active rollback');
    expect((await record('r-3')).decided?.why[0]).toContain('Rollback r-2 of phases 4 and 3 is open');
  });

  test('a start of an earlier phase does not join, and neither does one to before it', async () => {
    expect((await ofPhase(2, 'r-3')).decision).toBe('act');
    expect((await toBefore('r-4', { before: 1 })).decision).toBe('act');
  });

  test('its good ending frees every phase, and leaves one that waits what is left', async () => {
    const { rollback } = await toBefore('r-4', { before: 2 });
    await rolledBack('r-2');
    expect([await one.stores.claims.phaseClaim(4), await one.stores.claims.phaseClaim(3)]).toEqual([
      undefined,
      undefined,
    ]);
    expect(await leftOf(rollback)).toEqual([2]);
  });

  test('it counts for the budget of each of its phases', async () => {
    const counted = await Promise.all(
      [4, 3, 2].map((phase) =>
        one.stores.recentRollbacks.between(phase, '2026-03-02T08:00:00.000Z', '2026-03-02T10:00:00.000Z'),
      ),
    );
    expect(counted.map(({ length }) => length)).toEqual([1, 1, 0]);
  });
});

describe('while only phase 4 is rolled back', () => {
  beforeEach(() => ofPhase(4, 'r-2'));

  test('a rollback to before phase 3 does not join it, and acts on what it leaves', async () => {
    const { decision, rollback } = await toBefore('r-3', { before: 3 });
    expect(decision).toBe('act');
    await rolledBack('r-2');
    expect(await leftOf(rollback)).toEqual([3]);
    expect((await one.stores.history.events('r-3')).find(({ type }) => type === 'Phases already done')?.detail).toEqual(
      { phases: [4], by: ['r-2'] },
    );
  });

  test('a version that is deployed after it brings its phase back', async () => {
    const { rollback } = await toBefore('r-3', { before: 3 });
    await rolledBack('r-2');
    await one.stores.deployments.record(3, { version: 'v3', at: '2026-03-02T09:01:30.000Z' });
    expect(await leftOf(rollback, '09:02')).toEqual([4, 3]);
  });

  test('one that is deployed after it left a host out brings its other hosts back', async () => {
    const { rollback } = await toBefore('r-3', { before: 3 });
    const [first] = (await one.stores.scopes.read('r-2'))?.hosts ?? [];
    if (!first) throw new Error('The scope has no host.');
    await one.stores.scopes.leaveOut('r-2', [{ ...first, by: 'ana', reason: null }]);
    await rolledBack('r-2');
    await one.stores.deployments.record(4, { version: 'v4', at: '2026-03-02T09:01:30.000Z' });
    await leftOf(rollback, '09:02');
    const part = (await one.stores.scopes.read('r-3'))?.parts?.find(({ phase }) => phase === 4);
    expect(part?.spared).toEqual([]);
  });

  test('an opening that is repeated after that leaves the free fleet to the state that learns what is left', async () => {
    await toBefore('r-3', { before: 3 });
    await rolledBack('r-2');
    expect((await toBefore('r-3', { before: 3 })).fence).toBe(0);
    expect(await one.stores.locks.holder('trading')).toBeUndefined();
  });

  test('what it left out on a host is left to the rollback that waits', async () => {
    const { rollback } = await toBefore('r-3', { before: 3 });
    const [first, ...others] = (await one.stores.scopes.read('r-2'))?.hosts ?? [];
    if (!first) throw new Error('The scope has no host.');
    await one.stores.scopes.leaveOut('r-2', [{ ...first, by: 'ana', reason: null }]);
    await rolledBack('r-2');
    expect(await leftOf(rollback)).toEqual([4, 3]);
    const part = (await one.stores.scopes.read('r-3'))?.parts?.find(({ phase }) => phase === 4);
    expect(part?.spared?.map(({ name }) => name)).toEqual(others.map(({ name }) => name));
  });

  test('a rollback to before phase 4 joins it', async () => {
    expect((await toBefore('r-3', { before: 4 })).decision).toBe('Joined the active rollback');
  });
});
