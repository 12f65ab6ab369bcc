import { beforeEach, describe, expect, test } from 'vitest';
import type { HeldDrill } from '../../../domain/drill/drill.ts';
import { recordOf } from '../../../domain/history/record.ts';
import { type WatchDrillsDeps, watchDrills } from '../../../lambdas/reconcile/watch-drills.ts';
import { drillsIn } from '../../../lambdas/stores/drills.ts';
import { openedRollback, rollback } from '../opened-rollback.ts';

let opened: Awaited<ReturnType<typeof openedRollback>>;
let drills: ReturnType<typeof drillsIn>;
let counted: string[];
let told: string[];
let woken: string[];
const counting = (what: string) => async () => void counted.push(what);
const watch = (changes: Partial<WatchDrillsDeps> = {}) =>
  watchDrills({
    ...opened.deps,
    drills,
    statusOf: async () => 'ABORTED',
    phases: [1],
    fleet: 'trading',
    wake: async ({ rollback: id, number }) => void woken.push(`${id} ${number}`),
    scheduled: false,
    tell: async (_, { ending, problem }) => void told.push(`${ending}: ${problem}`),
    seeExecutionEnd: async () => ({ cause: 'wrong phase' }),
    count: { failed: counting('failed'), slow: counting('slow'), overdue: counting('overdue') },
    ...changes,
  });

beforeEach(async () => {
  opened = await openedRollback(1);
  drills = drillsIn(opened.tables.db, 'state');
  [counted, told, woken] = [[], [], []];
  await drills.open({ rollback: 'r-1', execution_arn: rollback.execution_arn, phase: 1, mode: 'simulate' });
});

describe('a drill whose execution was stopped', () => {
  test.each([
    ['ABORTED', 'Drill stopped'],
    ['TIMED_OUT', 'Drill failed'],
  ])('ends after %s as %s with the cause, and people are told once', async (status, ending) => {
    await watch({ statusOf: async () => status });
    await watch({ statusOf: async () => status });
    const problem = `The execution of the drill ended ${status} before the drill had an ending: wrong phase`;
    expect(recordOf(await opened.events())).toMatchObject({ ending, problem });
    expect(told).toEqual([`${ending}: ${problem}`]);
  });

  test('turns no alarm red if somebody stopped it, because nothing was judged', async () => {
    await watch();
    expect([(await drills.all()).held, counted]).toEqual([[], []]);
  });

  test('is left alone while it runs', async () => {
    await watch({ statusOf: async () => 'RUNNING' });
    expect(recordOf(await opened.events()).ending).toBeNull();
    expect((await drills.all()).open).toHaveLength(1);
  });

  test('keeps the ending that its own function stored before it died', async () => {
    await opened.deps.endings.reach('r-1', { ending: 'Drill yielded', problem: null, at: rollback.deadline });
    await watch();
    expect(recordOf(await opened.events()).ending).toBe('Drill yielded');
    expect(told).toEqual(['Drill yielded: null']);
  });
});

describe('a plan whose execution ended without an ending', () => {
  const asPlan = (execution_arn = rollback.execution_arn) =>
    drills.open({ rollback: 'r-1', execution_arn, phase: 1, mode: 'plan' });

  test.each(['ABORTED', 'TIMED_OUT', 'FAILED'])('ends after %s as Not planned, with the cause', async (status) => {
    await asPlan();
    await watch({ statusOf: async () => status });
    await watch({ statusOf: async () => status });
    const problem = `The execution of the plan ended ${status} before the plan had an ending: wrong phase`;
    const events = await opened.events();
    expect(recordOf(events)).toMatchObject({ ending: 'Not planned', problem });
    expect(events.filter(({ type }) => type === 'Rollback closed')).toHaveLength(1);
    expect(events.at(-1)?.type).toBe('Sealed');
    expect([told, counted, (await drills.all()).open]).toEqual([[], [], []]);
  });

  test('is left alone while it runs, also beside a real rollback', async () => {
    await asPlan();
    await opened.deps.claims.claimPhase(1, { rollback: 'r-9', execution_arn: 'arn:9' });
    await watch({ statusOf: async () => 'RUNNING' });
    expect([recordOf(await opened.events()).ending, woken]).toEqual([null, []]);
  });

  test('does not end the rollback of another execution that has its name', async () => {
    await asPlan('arn:other');
    await expect(watch()).rejects.toThrow('r-1 is the rollback of ');
    expect(recordOf(await opened.events()).ending).toBeNull();
  });

  test('leaves nothing open if it was stopped before its record', async () => {
    await drills.close('r-1');
    await drills.open({ rollback: 'r-2', execution_arn: 'arn:2', phase: 1, mode: 'plan' });
    await watch();
    expect((await drills.all()).open).toEqual([]);
  });
});

test('a drill that waits for an answer is woken once a real rollback is open', async () => {
  await opened.deps.locks.free('trading', 'r-1', opened.fence);
  const running = { statusOf: async () => 'RUNNING' };
  await watch(running);
  expect(woken).toEqual([]);
  await opened.deps.claims.claimPhase(1, { rollback: 'r-9', execution_arn: 'arn:9' });
  await watch(running);
  expect(woken).toEqual(['r-1 1']);
});

describe('the alarms', () => {
  const held: HeldDrill = {
    phase: 1,
    trigger: 'system_failure',
    rollback: 'd-1',
    at: '2026-03-01T00:00:00.000Z',
    slow: true,
    ending: 'Drill failed',
    documents: '',
    problem: 'x',
  };

  test('count a failed and a slow drill every minute', async () => {
    await drills.close('r-1');
    await drills.keep(held);
    await watch();
    await watch();
    expect(counted).toEqual(['failed', 'slow', 'failed', 'slow']);
  });

  test('count nothing overdue until drills have been scheduled for 35 days', async () => {
    await drills.close('r-1');
    const scheduled = { scheduled: true, now: () => Date.parse('2026-03-02T09:00:00Z') };
    await watch(scheduled);
    await watch({ ...scheduled, now: () => Date.parse('2026-04-05T09:00:00Z') });
    expect(counted).toEqual([]);
    await watch({ ...scheduled, now: () => Date.parse('2026-04-07T09:00:00Z') });
    expect(counted).toEqual(['overdue']);
  });
});
