import { beforeEach, describe, expect, test } from 'vitest';
import type { Block } from '../../../domain/brakes/brakes.ts';
import type { Policy } from '../../../lambdas/middleware/payload.ts';
import { readTheDecision } from '../../../lambdas/read-the-decision/read-the-decision.ts';
import { alarmName, answered, askedRollback, at, rollback, start_time } from '../asked-rollback.ts';
import { policy } from '../deciding-stores.ts';
import { scope } from '../frozen-scope.ts';

let one: Awaited<ReturnType<typeof askedRollback>>;
let state: 'ALARM' | 'INSUFFICIENT_DATA' | 'OK' | 'unreadable';
beforeEach(async () => {
  one = await askedRollback();
  state = 'ALARM';
});

const read = (time: string, more: Partial<Policy> = {}, blocks: () => Promise<readonly Block[]> = async () => []) =>
  readTheDecision(
    {
      ...one.stores,
      brakes: async () => ({ pause: null, armed_at: null, blocks: await blocks() }),
      environment: 'test',
      now: at(time),
      alarms: {
        notOk: async () => {
          if (state === 'unreadable') throw new Error('no CloudWatch');
          if (state === 'OK') return [];
          const seen = { environment: 'test', phase: 1, trigger: 'cascade_failure', alarm: alarmName } as const;
          return [{ ...seen, state, changed_at: start_time, reason: '', reason_data: null }];
        },
      },
    },
    { rollback, question: { number: 1 }, policy: { ...policy, ...more } },
  );
const answer = (answer: 'rollback' | 'stand-down' | 'fix-forward', time = '09:03:00') =>
  answered(one.stores, { answer, operator: 'ana' }, { time });

describe('an answer', () => {
  test('of rollback begins the rollback, and the history names who answered', async () => {
    await answer('rollback');
    expect(await read('09:03:01')).toMatchObject({ decision: 'act', question: null, rollback });
    expect(await one.record()).toMatchObject({
      decided: { decision: 'act', why: ['ana answered rollback at 2026-03-02T09:03:00.000Z.'] },
      questions: [{ outcome: 'rollback', answers: [{ answer: 'rollback', operator: 'ana', principal: null }] }],
    });
    expect(await one.stores.recentRollbacks.between(1, start_time, start_time)).toMatchObject([{ rollback: 'r-1' }]);
  });

  test.each([
    ['stand-down', 'Stood down'],
    ['fix-forward', 'Fix forward'],
  ] as const)('of %s ends the rollback as %s, records who answered, and frees its phase', async (given, ending) => {
    await one.stores.questions.keepToken({ rollback: 'r-1', number: 1 }, 't');
    await answer(given);
    expect((await read('09:03:01')).decision).toBe(ending);
    const why = [`ana answered ${given} at 2026-03-02T09:03:00.000Z.`];
    expect(await one.record()).toMatchObject({ ending, decided: { decision: ending, why } });
    expect(await one.stores.claims.phaseClaim(1)).toBeUndefined();
    expect(await one.stores.questions.token({ rollback: 'r-1', number: 1 })).toBeUndefined();
  });

  test('of rollback begins nothing while the version to restore is blocked', async () => {
    const block = { operator: 'bo', reason: 'wrong books', at: start_time, phase: null, version: 'pre-phase1' };
    await answer('rollback');
    const found = await read(
      '09:03:01',
      { targets: [{ phase: 1, version: 'pre-phase1', by: ['restore'] }] },
      async () => [block],
    );
    expect(found).toMatchObject({
      decision: 'Needs a person',
      problem: expect.stringMatching(
        /^ana answered rollback at .*by bo: wrong books\. .* unblock --version pre-phase1 /,
      ),
    });
    expect(await one.stores.recentRollbacks.between(1, start_time, start_time)).toEqual([]);
  });

  test('that is read again returns the same', async () => {
    await answer('rollback');
    const first = await read('09:03:01');
    expect(await read('09:04:00')).toEqual(first);
  });
});

test('a machine that was woken too early waits again, for the same question', async () => {
  expect(await read('09:15:04')).toMatchObject({ decision: 'ask', question: one.question });
  expect(await one.record()).toMatchObject({ questions: [{ outcome: null }] });
});

describe('after another rollback has done its work', () => {
  const done = 'While it waited, every host was rolled back by r-0';
  beforeEach(async () => {
    const host = { instance_id: 'i-1', name: 'host-1' };
    await one.stores.scopes.keep('r-1', { ...scope, hosts: [host] });
    await one.stores.scopes.spare('r-1', [host], 'r-0');
  });

  test('and its alarm is green: stands down at once, and settles the question', async () => {
    state = 'OK';
    expect((await read('09:04:00')).decision).toBe('Stood down');
    expect(await one.record()).toMatchObject({
      ending: 'Stood down',
      decided: { why: [`${done}.`] },
      questions: [{ outcome: 'void', settled_by: expect.stringContaining('rolled back by r-0') }],
    });
    state = 'ALARM';
    expect((await read('09:05:00')).decision).toBe('Stood down');
  });

  test('and its alarm is green: an answer of rollback begins nothing', async () => {
    state = 'OK';
    await answer('rollback');
    expect((await read('09:03:01')).decision).toBe('Stood down');
    expect(await one.record()).toMatchObject({ decided: { why: [expect.stringContaining(done)] } });
  });

  test('and its alarm is red: the question stays, and an answer of rollback needs a person', async () => {
    expect((await read('09:02:00')).decision).toBe('ask');
    await answer('rollback');
    const problem = expect.stringContaining(`${done}, and its alarms are not green.`);
    expect(await read('09:03:01')).toMatchObject({ decision: 'Needs a person', problem });
  });

  test('and a version was deployed to its host since: an answer of rollback acts on that host', async () => {
    await one.stores.endings.reach('r-0', { ending: 'Rolled back', problem: null, at: '2026-03-02T09:02:00.000Z' });
    await one.stores.deployments.record(2, { version: 'v2', at: '2026-03-02T09:02:30.000Z' });
    await answer('rollback');
    expect((await read('09:03:01')).decision).toBe('act');
    expect((await one.stores.scopes.read('r-1'))?.hosts).toHaveLength(1);
  });

  test('by taking its code back with an earlier phase: stands down if its alarm is green, and else acts', async () => {
    one = await askedRollback();
    await one.stores.scopes.keep('r-1', { ...scope, hosts: [{ instance_id: 'i-1', name: 'host-1' }] });
    await one.stores.scopes.undoneWith('r-1', 'r-0', null);
    await answer('rollback');
    expect((await read('09:03:01')).decision).toBe('act');
    one = await askedRollback();
    await one.stores.scopes.keep('r-1', { ...scope, hosts: [{ instance_id: 'i-1', name: 'host-1' }] });
    await one.stores.scopes.undoneWith('r-1', 'r-0', null);
    state = 'OK';
    expect((await read('09:03:01')).decision).toBe('Stood down');
    const why = ['While it waited, the code of phase 1 went back with rollback r-0.'];
    expect(await one.record()).toMatchObject({ decided: { why } });
  });

  test('a hand-over is asked on: its rollback has begun', async () => {
    one = await askedRollback({ kind: 'hand-over' });
    state = 'OK';
    await one.stores.scopes.keep('r-1', {
      ...scope,
      hosts: [],
      done_before: [{ instance_id: 'i-1', name: 'h', by: 'r-0' }],
    });
    expect((await read('09:04:00')).decision).toBe('ask');
  });
});

describe('nobody answered', () => {
  test.each([
    ['is still red', 'ALARM', 'act', 'Nobody answered, and the alarm is still red.'],
    ['has recovered', 'OK', 'Stood down', 'Nobody answered, and the alarm has recovered.'],
  ] as const)('and the alarm %s', async (_, seen, decision, why) => {
    state = seen;
    expect((await read('09:15:05')).decision).toBe(decision);
    expect(await one.record()).toMatchObject({
      questions: [{ outcome: 'nobody answered', settled_at: '2026-03-02T09:15:05.000Z' }],
      decided: { decision, why: [why] },
    });
  });

  test('and the alarm has no data: asks for a permit, until the limit', async () => {
    state = 'INSUFFICIENT_DATA';
    expect(await read('09:15:05')).toMatchObject({
      decision: 'ask',
      question: { number: 2, kind: 'permit', deadline: '2026-03-02T10:00:00.000Z' },
    });
  });

  test('and the alarm cannot be read: needs a person', async () => {
    state = 'unreadable';
    expect(await read('09:15:05')).toMatchObject({
      decision: 'Needs a person',
      problem: "The alarm's current state could not be read.",
    });
  });

  test('a permit: never rolls back', async () => {
    one = await askedRollback({ kind: 'permit' });
    expect(await read('09:15:05')).toMatchObject({
      decision: 'Needs a person',
      problem: 'Nobody gave the permit, so no rollback began.',
    });
  });

  test('and an answer in the same instant: the one stored first counts', async () => {
    const [decided] = await Promise.all([read('09:15:05'), answer('stand-down', '09:15:05').catch(() => {})]);
    const { outcome } = (await one.record()).questions[0] ?? {};
    expect(decided.decision).toBe(outcome === 'stand-down' ? 'Stood down' : 'act');
    expect((await read('09:16:00')).decision).toBe(decided.decision);
  });
});

test('the limit is that of a worse alarm that joined, from its own change', async () => {
  await one.stores.history.append('r-1', {
    id: 'alarm-joined/r-2',
    type: 'Alarm joined',
    at: '2026-03-02T09:02:00.000Z',
    detail: {
      by: 'r-2',
      alarm: 'rollback-test-phase-1-data_corruption',
      trigger: 'data_corruption',
      severity: 'CRITICAL',
      changed_at: '2026-03-02T09:02:00.000Z',
      deadline: '2026-03-02T09:17:00.000Z',
    },
  });
  await answer('rollback');
  expect((await read('09:03:01')).rollback.deadline).toBe('2026-03-02T09:17:00.000Z');
});
