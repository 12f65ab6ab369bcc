import { beforeEach, describe, expect, test } from 'vitest';
import type { Assessment } from '../../../domain/alarm/assessment.ts';
import { recordOf } from '../../../domain/history/record.ts';
import { hostWitness } from '../../../domain/witness/host-witness.ts';
import type { SeenHost } from '../../../domain/witness/ill-hosts.ts';
import { type DecideRollbackDeps, decideNow } from '../../../lambdas/operations/decide-rollback.ts';
import { decidingStores, policy, settings } from '../deciding-stores.ts';
import { scope } from '../frozen-scope.ts';
import { emptyTables } from '../tables.ts';

const start_time = '2026-03-02T09:00:00.000Z';
const alarm = { name: 'rollback-test-phase-1-cascade_failure', changed_at: start_time, state: 'ALARM' };
const rollback = { id: 'r-1', phase: 1, execution_arn: 'arn:r-1' };

let stores: ReturnType<typeof decidingStores>;
beforeEach(async () => {
  stores = decidingStores((await emptyTables()).db);
});

const assessed = (severity: Assessment['severity'], blind = false): Assessment => ({
  severity,
  degradation_percent: null,
  measured: null,
  baseline: null,
  blind,
  reasoning: [`It is ${severity}.`],
});

/** A rollback of an alarm that fits a deployment of ten minutes ago, and holds its phase. */
async function open(by: 'alarm' | 'person' = 'alarm') {
  await stores.deployments.record(1, { version: 'v1.4.0', at: '2026-03-02T08:50:00.000Z' });
  await stores.claims.claimPhase(1, { rollback: 'r-1', execution_arn: 'arn:r-1' });
  await stores.history.append('r-1', {
    id: 'rollback-opened',
    type: 'Rollback opened',
    at: start_time,
    detail: {
      phase: 1,
      trigger: by === 'alarm' ? 'cascade_failure' : 'manual',
      severity: 'HIGH',
      start_time,
      execution_arn: 'arn:r-1',
      alarm: by === 'alarm' ? alarm : null,
    },
  });
}
const decideAs = (severity: Assessment['severity'], changes: Partial<DecideRollbackDeps> = {}, blind = false) =>
  decideNow(
    { ...stores, now: () => Date.parse('2026-03-02T09:00:05.000Z'), ...changes },
    { rollback, policy },
    { assessment: assessed(severity, blind) },
  );
const seenIll = (ill: number): SeenHost[] =>
  Array.from({ length: 8 }, (_, i) => ({
    ...{ instance_id: `i-${i}`, name: `host-${i}` },
    state: i < ill ? ('ill' as const) : ('well' as const),
  }));
const events = () => stores.history.events('r-1');
const types = async () => (await events()).map(({ type }) => type);
const record = async () => recordOf(await events());

describe('CRITICAL without objections', () => {
  beforeEach(() => open());

  test('acts, and records the severity, the decision and the reasons', async () => {
    expect(await decideAs('CRITICAL')).toMatchObject({ decision: 'act', question: null, problem: null });
    expect(await types()).toEqual(['Rollback opened', 'Severity assessed', 'Decided']);
    expect(await record()).toMatchObject({
      severity: 'CRITICAL',
      assessment: { reasoning: ['It is CRITICAL.'] },
      decided: { decision: 'act', why: ['CRITICAL is rolled back at once, and there is no objection.'] },
    });
  });

  test('has its limit from the assessed severity', async () => {
    expect((await decideAs('CRITICAL')).deadline).toBe('2026-03-02T09:15:00.000Z');
    expect((await record()).deadline).toBe('2026-03-02T09:15:00.000Z');
  });

  test('counts for the budget of its phase', async () => {
    await decideAs('CRITICAL');
    expect(await stores.recentRollbacks.between(1, '2026-03-02T00:00:00.000Z', start_time)).toMatchObject([
      { rollback: 'r-1' },
    ]);
  });

  test('decides the same when it is called again, and records it once', async () => {
    const first = await decideAs('CRITICAL');
    await stores.recentRollbacks.begin(1, 'r-0', '2026-03-02T08:59:00.000Z');
    await stores.recentRollbacks.end(1, 'r-0', '2026-03-02T08:59:00.000Z', '2026-03-02T08:59:30.000Z'); // a cool-down by now
    expect(await decideAs('CRITICAL')).toEqual(first);
    expect(await types()).toEqual(['Rollback opened', 'Severity assessed', 'Decided']);
  });
});

describe('HIGH', () => {
  beforeEach(() => open());

  test('asks people, for fifteen minutes', async () => {
    const { decision, question } = await decideAs('HIGH');
    expect([decision, question]).toMatchObject([
      'ask',
      { rollback: 'r-1', number: 1, kind: 'confirm', severity: 'HIGH', deadline: '2026-03-02T09:15:05.000Z' },
    ]);
    expect(await types()).toEqual(['Rollback opened', 'Severity assessed', 'Decided', 'Question asked']);
  });

  test('asks once: a call after one that died asks the stored question', async () => {
    const down = async () => Promise.reject(new Error('no table'));
    await expect(decideAs('HIGH', { history: { ...stores.history, append: down } })).rejects.toThrow('no table');
    const later = { now: () => Date.parse('2026-03-02T09:01:00.000Z') };
    expect((await decideAs('HIGH', later)).question?.asked_at).toBe('2026-03-02T09:00:05.000Z');
    expect(await types()).toEqual(['Rollback opened', 'Severity assessed', 'Decided', 'Question asked']);
  });
});

test('HIGH asks once: a call after one that asked and then died asks the same question until the same deadline', async () => {
  await open();
  const first = await decideAs('HIGH');
  expect(await decideAs('HIGH', { now: () => Date.parse('2026-03-02T09:01:00.000Z') })).toEqual(first);
  expect(await types()).toEqual(['Rollback opened', 'Severity assessed', 'Decided', 'Question asked']);
});

describe('a rollback that ends without acting', () => {
  beforeEach(() => open());

  test('ends the row window that it opened, and no other: nothing is left for a retry', async () => {
    await stores.rowWindow.from(1, '2026-03-02T08:50:00Z', 'r-1');
    await stores.rowWindow.from(2, '2026-03-02T07:00:00Z', 'r-0');
    await decideAs('LOW');
    expect(await stores.rowWindow.kept(1)).not.toHaveProperty('start');
    expect(await stores.rowWindow.kept(2)).toMatchObject({ start: '2026-03-02T07:00:00Z' });
  });

  test('LOW is deferred: closed and sealed, and its phase is free', async () => {
    expect(await decideAs('LOW')).toMatchObject({ decision: 'Deferred to next release', question: null });
    expect((await types()).slice(-3)).toEqual(['Decided', 'Rollback closed', 'Sealed']);
    expect(await stores.claims.phaseClaim(1)).toBeUndefined();
    expect(await stores.recentRollbacks.between(1, '2026-03-02T00:00:00.000Z', start_time)).toEqual([]);
  });

  test('observe records what it would have done', async () => {
    const observing = { settings: { ...settings, trust: 'observe' as const } };
    expect((await decideAs('CRITICAL', observing)).decision).toBe('Observed only');
    expect((await events()).find(({ type }) => type === 'Decided')?.detail).toMatchObject({ would: 'act' });
  });

  test('ends the same when it is called again', async () => {
    await decideAs('LOW');
    expect((await decideAs('LOW')).decision).toBe('Deferred to next release');
    expect((await types()).filter((type) => type === 'Rollback closed')).toHaveLength(1);
  });

  test('frees every phase of a rollback of several, also if the first call died before that', async () => {
    for (const phase of [4, 3]) await stores.claims.claimPhase(phase, { rollback: 'r-1', execution_arn: 'arn:r-1' });
    const ofSeveral = (claims: Partial<DecideRollbackDeps['claims']> = {}) =>
      decideNow(
        { ...stores, claims: { ...stores.claims, ...claims }, now: () => Date.parse('2026-03-02T09:00:05.000Z') },
        { rollback: { ...rollback, phase: 3, phases: [4, 3] }, policy },
        { assessment: assessed('LOW') },
      );
    const releasePhase = async () => Promise.reject(new Error('killed'));
    await expect(ofSeveral({ releasePhase })).rejects.toThrow('killed');
    await ofSeveral();
    expect([await stores.claims.phaseClaim(4), await stores.claims.phaseClaim(3)]).toEqual([undefined, undefined]);
  });
});

describe('an objection to acting', () => {
  const why = async (changes: Partial<DecideRollbackDeps> = {}) => {
    const { decision, question } = await decideAs('CRITICAL', changes);
    return [decision, question?.kind, question?.why[0]];
  };
  beforeEach(() => open());

  test('a pause asks for a permit', async () => {
    const pause = { operator: 'ana', reason: 'audit', at: '2026-03-02T08:00:00.000Z' };
    expect(await why({ brakes: async () => ({ pause, armed_at: null, blocks: [] }) })).toEqual([
      'ask',
      'permit',
      'Automation has been paused since 2026-03-02T08:00:00.000Z by ana: audit.',
    ]);
  });

  test('a spent budget asks for a permit; a rollback of more than a day ago does not count', async () => {
    for (const [id, at] of [
      ['a', '2026-03-01T08:59:59.000Z'],
      ['b', '2026-03-01T10:00:00.000Z'],
      ['c', '2026-03-01T11:00:00.000Z'],
    ] as const)
      await stores.recentRollbacks.begin(1, id, at);
    expect(await why()).toEqual(['act', undefined, undefined]);
  });

  test('three rollbacks in a day spend the budget', async () => {
    for (const hour of ['10', '11', '12']) await stores.recentRollbacks.begin(1, hour, `2026-03-01T${hour}:00:00.000Z`);
    expect(await why()).toEqual(['ask', 'permit', 'The phase was rolled back 3 times in 24 hours; its budget is 3.']);
  });

  test('a budget that was reset counts the rollbacks that started later', async () => {
    for (const hour of ['10', '11', '12']) await stores.recentRollbacks.begin(1, hour, `2026-03-01T${hour}:00:00.000Z`);
    const brakes = async () => ({ pause: null, armed_at: '2026-03-01T09:59:59.999Z', blocks: [] });
    expect((await why({ brakes }))[2]).toBe('The phase was rolled back 3 times in 24 hours; its budget is 3.');
  });

  test('a rollback that started as the budget was reset does not count', async () => {
    for (const hour of ['10', '11', '12']) await stores.recentRollbacks.begin(1, hour, `2026-03-01T${hour}:00:00.000Z`);
    const brakes = async () => ({ pause: null, armed_at: '2026-03-01T10:00:00.000Z', blocks: [] });
    expect(await why({ brakes })).toEqual(['act', undefined, undefined]);
  });

  describe('a reset budget, after three rollbacks that persons started or permitted,', () => {
    const brakes = async () => ({ pause: null, armed_at: '2026-03-01T09:00:00.000Z', blocks: [] });
    const begin = (id: string, by: 'person' | 'automation') =>
      stores.recentRollbacks.begin(1, id, `2026-03-01T${id}:00:00.000Z`, { by });
    beforeEach(async () => {
      for (const id of ['10', '11']) await begin(id, 'automation');
      for (const id of ['12', '13', '14']) await begin(id, 'person');
    });

    test('is not spent by two of automation', async () => {
      expect(await why({ brakes })).toEqual(['act', undefined, undefined]);
    });

    test('is spent by three of automation', async () => {
      await begin('15', 'automation');
      expect((await why({ brakes }))[2]).toBe('The phase was rolled back 3 times in 24 hours; its budget is 3.');
    });
  });

  test('a reset of more than a day ago changes nothing any more', async () => {
    for (const hour of ['10', '11', '12'])
      await stores.recentRollbacks.begin(1, hour, `2026-03-01T${hour}:00:00.000Z`, { by: 'person' });
    const brakes = async () => ({ pause: null, armed_at: '2026-03-01T08:00:00.000Z', blocks: [] });
    expect((await why({ brakes }))[1]).toBe('permit');
  });

  test('a reset budget does not end the cool-down', async () => {
    await stores.recentRollbacks.begin(1, 'r-0', '2026-03-02T08:40:00.000Z');
    await stores.recentRollbacks.end(1, 'r-0', '2026-03-02T08:40:00.000Z', '2026-03-02T08:45:00.000Z');
    const brakes = async () => ({ pause: null, armed_at: '2026-03-02T08:50:00.000Z', blocks: [] });
    expect((await why({ brakes }))[2]).toMatch(/its cool-down lasts until /);
  });

  test('a rollback that ended a moment ago asks for a permit: metrics must settle', async () => {
    await stores.recentRollbacks.begin(1, 'r-0', '2026-03-02T08:40:00.000Z');
    await stores.recentRollbacks.end(1, 'r-0', '2026-03-02T08:40:00.000Z', '2026-03-02T08:45:00.000Z');
    expect((await why())[2]).toMatch(/its cool-down lasts until 2026-03-02T09:15:00.000Z\.$/);
  });

  test.each([
    ['many', 'act'],
    ['few', 'ask'],
  ] as const)('after a rollback of one ill host alone, %s ill hosts: %s', async (finding, decision) => {
    await stores.recentRollbacks.begin(1, 'r-0', '2026-03-02T08:40:00.000Z');
    await stores.recentRollbacks.end(1, 'r-0', '2026-03-02T08:40:00.000Z', '2026-03-02T08:45:00.000Z');
    const scopes = { ...stores.scopes, read: async () => ({ ...scope, left_alone: 7 }) };
    const witness = hostWitness({
      by: 'metrics',
      judged: 'LatencyMs above 500',
      seen: seenIll(finding === 'many' ? 8 : 1),
    });
    const decided = await decideNow(
      { ...stores, scopes, now: () => Date.parse('2026-03-02T09:00:05.000Z') },
      { rollback, policy },
      { assessment: { ...assessed('CRITICAL'), witness } },
    );
    expect(decided.decision).toBe(decision);
  });

  test.each(['brakes', 'recentRollbacks', 'deployments'] as const)(
    '%s that cannot be read needs a person at once',
    async (what) => {
      const down = async () => Promise.reject(new Error('no table'));
      const unreadable = {
        brakes: down,
        recentRollbacks: { ...stores.recentRollbacks, between: down },
        deployments: { ...stores.deployments, newest: down },
      }[what];
      expect(await decideAs('CRITICAL', { [what]: unreadable })).toMatchObject({
        decision: 'Needs a person',
        problem: expect.stringMatching(/could not be read\.$/),
      });
    },
  );
});

test('a start by a person is a decision, even if nothing can be read', async () => {
  await open('person');
  const down = async () => Promise.reject(new Error('no table'));
  const deps = { ...stores, brakes: down, now: () => Date.parse('2026-03-02T09:00:05.000Z') };
  expect(await decideNow(deps, { rollback, policy }, {})).toMatchObject({
    decision: 'act',
    deadline: '2026-03-02T10:00:00.000Z',
  });
});
