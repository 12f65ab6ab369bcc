import { beforeEach, describe, expect, test } from 'vitest';
import type { Happened } from '../../../domain/history/event.ts';
import { transitionsOwed } from '../../../domain/tables.ts';
import type { Transition } from '../../../domain/transitions/transition.ts';
import { publishTransitions } from '../../../lambdas/publish-transitions/publish-transitions.ts';
import { exportableLinksIn } from '../../../lambdas/stores/exportable-links.ts';
import { historyIn } from '../../../lambdas/stores/history.ts';
import { queryItems } from '../../../lambdas/stores/query-items.ts';
import { transitionMarksIn } from '../../../lambdas/stores/transition-marks.ts';
import { emptyTables, noSleep } from '../tables.ts';

let tables: Awaited<ReturnType<typeof emptyTables>>;
let now: number;
let received: Transition[];
let refusing: (events: readonly Transition[]) => boolean;
let waiting: number[];
let complete: number;
beforeEach(async () => {
  tables = await emptyTables();
  now = Date.parse('2026-03-02T09:00:00Z');
  [received, waiting, complete] = [[], [], 0];
  refusing = () => false;
});

const history = () => historyIn(tables.db, 'history', noSleep);
const run = (more: Partial<Parameters<typeof publishTransitions>[0]> = {}) =>
  publishTransitions({
    environment: 'local',
    links: exportableLinksIn(tables.db, 'history'),
    history: history(),
    marks: transitionMarksIn(tables.db, 'state'),
    put: async (events) => {
      if (refusing(events)) throw new Error('EventBridge is away');
      received.push(...events);
    },
    countComplete: async () => {
      complete += 1;
    },
    countWaiting: async (count) => void waiting.push(count),
    now: () => now,
    ...more,
  });

const iso = () => new Date(now).toISOString();
const happened = (type: Happened['type'], detail: object, id: string = type): Happened => ({
  ...{ id, type, at: iso(), detail: { ...detail } },
});
async function open(rollback: string) {
  const detail = {
    ...{ phase: 1, phase_name: 'p', trigger: 'manual', severity: 'HIGH', mode: 'live', start_time: iso() },
    ...{ execution_arn: `arn:${rollback}`, fleet: 'trading', reason: null, operator: 'ana', deadline: null },
  };
  const chain = await history().append(rollback, happened('Rollback opened', detail));
  await history().link(rollback, 'opened', chain, { at: iso() });
}
const step = (rollback: string, name: string) =>
  history().append(
    rollback,
    happened('Step done', { step: name, attempt: 1, hosts: 1, hosts_done: 1 }, `step/${name}`),
  );
async function close(rollback: string) {
  await history().append(
    rollback,
    happened('Rollback closed', { ending: 'Rolled back', problem: null, fleet: 'free' }),
  );
  await seal(rollback, 1);
}
async function seal(rollback: string, number: number) {
  const chain = await history().append(rollback, happened('Sealed', {}, `sealed/${number}`));
  await history().link(rollback, 'sealed', chain, { at: iso() });
}
const told = () => received.map(({ detail }) => `${detail.rollback} ${detail.transition}`);
const minutes = (count: number) => {
  now += count * 60_000;
};

describe('transitions reach EventBridge', () => {
  test('while the rollback runs, each once and in its order', async () => {
    await open('r-1');
    await run();
    expect(told()).toEqual(['r-1 opened']);
    await step('r-1', 'a');
    await step('r-1', 'b');
    minutes(1);
    await run();
    await close('r-1');
    minutes(1);
    await run();
    await run();
    expect(told()).toEqual(['r-1 opened', 'r-1 step', 'r-1 step', 'r-1 ended']);
    expect(received.map(({ detail }) => detail['step']).filter(Boolean)).toEqual(['a', 'b']);
    expect(complete).toBe(4);
  });

  test('of a rollback that is annotated days after its end: its last seal owes it again', async () => {
    await open('r-1');
    await close('r-1');
    await run();
    expect(await queryItems(tables.db, 'state', transitionsOwed)).toEqual([]);
    minutes(3 * 24 * 60);
    await history().append('r-1', happened('Annotated', { operator: 'bo', root_cause: 'leak', by: 'arn' }));
    await seal('r-1', 2);
    await run();
    expect(told()).toEqual(['r-1 opened', 'r-1 ended', 'r-1 annotated']);
  });

  test('in their order and complete after EventBridge was away for a day, with the number of those that wait', async () => {
    refusing = () => true;
    await open('r-1');
    for (let minute = 0; minute < 3; minute += 1) {
      for (let i = 0; i < 12; i += 1) await step('r-1', `${minute}-${i}`);
      await run();
      minutes(8 * 60);
    }
    await close('r-1');
    const last = await run();
    expect(last).toEqual({ published: 0, waiting: 38, why: 'r-1: EventBridge is away' });
    expect([waiting, complete, received]).toEqual([[13, 25, 37, 38], 0, []]);
    refusing = () => false;
    expect(await run()).toEqual({ published: 38, waiting: 0, why: null });
    const order = received.map(({ detail }) => detail.sequence);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(told().slice(-2)).toEqual(['r-1 step', 'r-1 ended']);
    expect(complete).toBe(1);
  });

  test('of one rollback although EventBridge refuses those of another', async () => {
    await open('r-1');
    await open('r-2');
    refusing = (events) => events.some(({ detail }) => detail.rollback === 'r-1');
    expect(await run()).toMatchObject({ published: 1, waiting: 1 });
    expect(told()).toEqual(['r-2 opened']);
  });

  test('twice with the same ids, if a run dies before it has noted what it put', async () => {
    await open('r-1');
    const marks = { ...transitionMarksIn(tables.db, 'state'), keepSent: () => Promise.reject(new Error('crash')) };
    await expect(run({ marks })).rejects.toThrow('crash');
    await run();
    expect(received).toHaveLength(2);
    expect(received[1]).toEqual(received[0]);
  });
});

test('the first run of an account that has a history publishes none of it, and all that comes', async () => {
  await open('old');
  await close('old');
  minutes(60);
  await run();
  expect(told()).toEqual([]);
  await history().append('old', happened('Annotated', { operator: 'bo', root_cause: 'leak', by: 'arn' }));
  await seal('old', 2);
  await open('r-1');
  await run();
  expect(told().toSorted()).toEqual(['old annotated', 'r-1 opened']);
});

test('a history without its opening is waited for, and given up after an hour: it stops no other', async () => {
  const chain = { count: 1, head: 'x' };
  await history().link('gone', 'opened', chain, { at: iso() });
  await open('r-1');
  expect(await run()).toMatchObject({ published: 1, why: null });
  expect(await queryItems(tables.db, 'state', transitionsOwed)).toHaveLength(2);
  minutes(61);
  await run();
  expect((await queryItems(tables.db, 'state', transitionsOwed)).map(({ rollback }) => rollback)).toEqual(['r-1']);
});

test('ends in its time and says so: the next run goes on', async () => {
  for (const id of ['r-1', 'r-2', 'r-3']) await open(id);
  const slow = async (events: readonly Transition[]) => {
    received.push(...events);
    now += 20_000;
  };
  expect(await run({ put: slow })).toMatchObject({ published: 2, why: 'The time of one run was over.' });
  await run();
  expect(told().toSorted()).toEqual(['r-1 opened', 'r-2 opened', 'r-3 opened']);
});
