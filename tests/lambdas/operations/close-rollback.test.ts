import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, test } from 'vitest';
import { firstBreak, type Happened } from '../../../domain/history/event.ts';
import { linkOf } from '../../../domain/history/link.ts';
import { recordOf } from '../../../domain/history/record.ts';
import type { Host } from '../../../domain/host/host-verdict.ts';
import { frozenKey } from '../../../domain/tables.ts';
import { closeRollback } from '../../../lambdas/operations/close-rollback.ts';
import { linksIn } from '../../../lambdas/stores/links.ts';
import { suspectFrom } from '../../../lambdas/stores/row-window.ts';
import { automaticRollback, DUE, ENDED, rollback as r1 } from '../automatic-rollback.ts';
import { openedRollback, opening, rescoped, rollback, START } from '../opened-rollback.ts';

type Opened = Awaited<ReturnType<typeof openedRollback>>;
let opened: Opened;
beforeEach(async () => {
  opened = await openedRollback(3);
});

const close = (ending: 'Rolled back' | 'Needs a person', problem: string | null = null) =>
  closeRollback(
    { ...opened.deps, now: () => Date.parse('2026-03-02T09:12:30.000Z') },
    { rollback, fence: opened.fence, ending, problem },
  );
const holder = async () => (await opened.deps.locks.holder('trading'))?.rollback;
const touch = () => opened.deps.locks.touch('trading', 'r-1', opened.fence);
const types = async () => (await opened.events()).map(({ type }) => type);

describe('Rolled back', () => {
  test('frees the fleet, though hosts were touched', async () => {
    await touch();
    expect(await close('Rolled back')).toMatchObject({
      rollback_id: 'r-1',
      ending: 'Rolled back',
      problem: null,
      fleet: 'free',
    });
    expect(await holder()).toBeUndefined();
  });

  test('is on record, with how long it took', async () => {
    await close('Rolled back');
    expect(recordOf(await opened.events())).toMatchObject({
      ending: 'Rolled back',
      problem: null,
      completion_time: '2026-03-02T09:12:30.000Z',
      duration_minutes: 12.5,
    });
  });
});

describe('Needs a person', () => {
  test('keeps the fleet once a host may have been touched', async () => {
    await touch();
    expect(await close('Needs a person', 'disk full')).toMatchObject({ fleet: 'held', problem: 'disk full' });
    expect(await holder()).toBe('r-1');
  });

  test.each([
    ['counts for the budget and the cool-down if a host may have been touched', true, 1],
    ['counts for neither if no host was touched: the next rollback would ask for no reason', false, 0],
  ])('%s', async (_, touched, counted) => {
    await opened.deps.recentRollbacks.begin(1, 'r-1', START);
    if (touched) await touch();
    await close('Needs a person', 'disk full');
    expect(await opened.deps.recentRollbacks.between(1, '2026-03-01', '2026-03-03')).toHaveLength(counted);
  });

  test('forgets the token of the question that the machine waited for', async () => {
    const question = { rollback: 'r-1', number: 1 };
    await opened.deps.questions.keepToken(question, 't');
    await close('Needs a person', 'disk full');
    expect(await opened.deps.questions.token(question)).toBeUndefined();
  });

  test('forgets every token, if an earlier closing died after the first', async () => {
    const second = { rollback: 'r-1', number: 2 };
    for (const number of [1, 2])
      await opened.deps.history.append('r-1', {
        id: `question-asked/${number}`,
        type: 'Question asked',
        at: START,
        detail: { number, kind: 'hand-over', why: [], asked_at: START, deadline: START },
      });
    await opened.deps.questions.keepToken(second, 't');
    await close('Needs a person', 'disk full');
    expect(await opened.deps.questions.token(second)).toBeUndefined();
  });

  test('frees the fleet while no host was touched', async () => {
    expect(await close('Needs a person', 'disk full')).toMatchObject({ fleet: 'free' });
    expect(await holder()).toBeUndefined();
  });

  test("keeps another rollback's lock", async () => {
    await opened.deps.locks.free('trading', 'r-1', opened.fence);
    await opened.deps.locks.take(
      'trading',
      { rollback: 'r-2', execution_arn: 'arn:r-2', phase: 2 },
      '2026-03-02T09:01:00.000Z',
    );
    expect(await close('Needs a person', 'waited too long')).toMatchObject({ fleet: 'free' });
    expect(await holder()).toBe('r-2');
  });
});

describe('a rollback that an outage kept from being opened', () => {
  const alarm = { name: 'rollback-test-phase-1-data_corruption', changed_at: START };
  const worse = { name: 'rollback-test-phase-1-system_failure', changed_at: '2026-03-02T09:01:00.000Z' };
  const claim = { rollback: 'r-7', execution_arn: 'arn:r-7' };
  const r7 = { ...rollback, id: 'r-7', execution_arn: claim.execution_arn };
  const joined = {
    id: 'alarm-joined/r-8',
    type: 'Alarm joined' as const,
    at: START,
    detail: {
      by: 'r-8',
      alarm: worse.name,
      changed_at: worse.changed_at,
      trigger: 'system_failure',
      severity: 'CRITICAL',
    },
  };

  beforeEach(async () => {
    const { claims, history, recentRollbacks } = opened.deps;
    await history.append('r-7', { ...opening, detail: { ...opening.detail, execution_arn: 'arn:r-7', alarm } }, joined);
    await claims.claimAlarm(alarm.name, alarm.changed_at, claim);
    await claims.claimAlarm(worse.name, worse.changed_at, { rollback: 'r-8', execution_arn: 'arn:r-8' });
    await recentRollbacks.begin(1, 'r-7', START);
  });
  const closeUnopened = (reopens: boolean) =>
    closeRollback(opened.deps, { rollback: r7, fence: 0, ending: 'Needs a person', problem: 'x', reopens });
  const handled = async () => [
    await opened.deps.claims.alarmClaim(alarm.name, alarm.changed_at),
    await opened.deps.claims.alarmClaim(worse.name, worse.changed_at),
  ];

  test('leaves its alarm, and those that joined it, to Reconcile', async () => {
    await closeUnopened(true);
    expect(await handled()).toEqual([undefined, undefined]);
  });

  test('counts neither for the budget nor for the cool-down of the phase', async () => {
    await closeUnopened(true);
    expect(await opened.deps.recentRollbacks.between(1, '2026-03-01', '2026-03-03')).toEqual([]);
  });

  test('is closed again without a change: the next rollback keeps the alarm', async () => {
    await closeUnopened(true);
    const next = { rollback: 'r-9', execution_arn: 'arn:r-9' };
    await opened.deps.claims.claimAlarm(alarm.name, alarm.changed_at, next);
    await closeUnopened(true);
    expect((await handled())[0]).toMatchObject(next);
  });

  test('keeps its alarms if another error than an outage kept it from being opened', async () => {
    await closeUnopened(false);
    expect(await handled()).toMatchObject([claim, { rollback: 'r-8' }]);
  });
});

describe('the history', () => {
  test('ends with a seal that knows count, head and ending of what is before it', async () => {
    const { chain } = await close('Rolled back');
    const events = await opened.events();
    const last = events.at(-1);
    expect(await types()).toEqual(['Rollback opened', 'Rollback closed', 'Sealed']);
    expect(last?.detail).toEqual({ count: 2, head: events[1]?.hash, ending: 'Rolled back' });
    expect(chain).toEqual({ count: 3, head: last?.hash });
    expect(firstBreak(events)).toBeUndefined();
  });

  test('is closed and sealed once, also when called twice', async () => {
    await touch();
    const first = await close('Needs a person', 'disk full');
    expect(await close('Needs a person', 'disk full')).toEqual(first);
    expect(await types()).toEqual(['Rollback opened', 'Rollback closed', 'Sealed']);
  });

  test('is closed once if the caller does not know the chain', async () => {
    const deps = { ...opened.deps, now: () => 0 };
    const closing = {
      rollback,
      fence: 0,
      ending: 'Needs a person',
      problem: 'x',
    } as const;
    await closeRollback(deps, closing);
    await closeRollback(deps, closing);
    expect(await types()).toEqual(['Rollback opened', 'Rollback closed', 'Sealed']);
  });

  test('keeps the first ending: a later call with another ending changes nothing on record', async () => {
    await close('Rolled back');
    await close('Needs a person', 'too late');
    expect(recordOf(await opened.events())).toMatchObject({ ending: 'Rolled back', problem: null });
  });
});

test('a fleet that cannot be freed leaves the ending as it was reached, and the next call frees it', async () => {
  const locks = {
    ...opened.deps.locks,
    free: async () => {
      throw new Error('killed');
    },
  };
  const closing = {
    rollback,
    fence: opened.fence,
    ending: 'Rolled back',
    problem: null,
  } as const;
  await expect(closeRollback({ ...opened.deps, locks }, closing)).rejects.toThrow('killed');
  expect(recordOf(await opened.events())).toMatchObject({ ending: 'Rolled back' });
  expect(await holder()).toBe('r-1');
  expect(await close('Rolled back')).toMatchObject({ fleet: 'free' });
  expect(await holder()).toBeUndefined();
  expect(await types()).toEqual(['Rollback opened', 'Rollback closed', 'Sealed']);
});

test('a rollback that was never opened gets no history', async () => {
  const closing = {
    rollback: { ...rollback, id: 'r-9' },
    fence: 0,
    ending: 'Needs a person',
    problem: 'x',
  } as const;
  await expect(closeRollback(opened.deps, closing)).rejects.toThrow('Rollback r-9 was never opened');
  expect(await opened.deps.history.events('r-9')).toEqual([]);
});

describe('data loss', () => {
  const reported = (instance_id: string, lost: boolean) =>
    opened.deps.history.putHosts('r-1', 'clear-cache', [
      { host: { instance_id, name: 'x' }, verdict: 'done', reason: null, report: { lost }, command_id: 'c' },
    ]);
  const loss = async () => recordOf(await opened.events()).data_loss;

  test.each([
    ['is unknown if no host reported it', [], null],
    ['is none if every host reported none', [false, false, false], false],
    ['is unknown if one host has not reported', [false, false], null],
    ['is one if a single host reported it', [false, true, false], true],
  ])('%s', async (_, losses, expected) => {
    for (const [i, lost] of losses.entries()) await reported(`i-00${i + 1}`, lost);
    await close('Rolled back');
    expect(await loss()).toBe(expected);
  });

  test('is none on a host on which a step is not repeated, because an earlier rollback did it', async () => {
    const scope = await opened.deps.scopes.read('r-1');
    const begins_at = {
      ...{ step: 'clear-cache', name: 'Clear cache', operator: null, reason: null, passed: [] },
      done: [{ step: 'clear-cache', rollback: 'r-0', hosts: ['i-003'] }],
    };
    const Item = { ...frozenKey('r-1'), ...scope, begins_at };
    await opened.tables.db.send(new PutCommand({ TableName: 'state', Item }));
    for (const host of ['i-001', 'i-002']) await reported(host, false);
    await close('Rolled back');
    expect(await loss()).toBe(false);
  });
});

describe('the phase', () => {
  const claim = (id: string) => ({ rollback: id, execution_arn: `arn:${id}` });

  test('is open for the next rollback afterwards', async () => {
    await opened.deps.claims.claimPhase(1, claim('r-1'));
    await close('Rolled back');
    expect(await opened.deps.claims.phaseClaim(1)).toBeUndefined();
  });

  test('stays with another rollback that has it', async () => {
    await opened.deps.claims.claimPhase(1, claim('r-2'));
    await close('Rolled back');
    expect(await opened.deps.claims.phaseClaim(1)).toMatchObject({ rollback: 'r-2' });
  });
});

test("does not close another machine's rollback of the same name", async () => {
  const closing = {
    rollback: { ...rollback, execution_arn: 'arn:another' },
    fence: 0,
    ending: 'Needs a person',
    problem: 'x',
  } as const;
  await expect(closeRollback({ ...opened.deps, now: () => 0 }, closing)).rejects.toThrow(
    `r-1 is the rollback of ${rollback.execution_arn}; this execution has none to close.`,
  );
  expect(await types()).toEqual(['Rollback opened']);
});

describe('a message whose function failed', () => {
  const closeWith = (unsent: string | null) =>
    closeRollback(
      { ...opened.deps, now: () => Date.parse('2026-03-02T09:12:30.000Z') },
      { rollback, fence: opened.fence, ending: 'Rolled back', problem: null, unsent },
    );
  const messages = async () => recordOf(await opened.events()).messages;

  test('is on record as not sent', async () => {
    await closeWith('initial-alert');
    expect(await messages()).toMatchObject([{ message: 'initial-alert', sent: false }]);
  });

  test('is on record as sent if it was sent before that', async () => {
    const detail = { message: 'initial-alert' };
    const at = '2026-03-02T09:00:03.000Z';
    await opened.deps.history.append('r-1', { id: 'message-sent/initial-alert', type: 'Message sent', at, detail });
    await closeWith('initial-alert');
    expect(await messages()).toEqual([{ message: 'initial-alert', at, sent: true }]);
  });
});

describe('a host that was not online', () => {
  const closeAs = (one: Opened, ending: 'Rolled back' | 'Rolled back, unverified') =>
    closeRollback(
      { ...one.deps, now: () => Date.parse('2026-03-02T09:12:30.000Z') },
      { rollback, fence: one.fence, ending, problem: null },
    );

  test('is kept until it returns', async () => {
    const partly = await openedRollback(2, ['host-9']);
    await closeAs(partly, 'Rolled back, unverified');
    expect(await partly.deps.unreached.all()).toMatchObject([
      { phase: 1, instance_id: 'i-host-9', name: 'host-9', rollback: 'r-1' },
    ]);
  });

  test('is kept with the final severity of the rollback that could not reach it', async () => {
    const partly = await openedRollback(2, ['host-9']);
    const upgraded = { by: 'x', alarm: 'a', trigger: 'data_corruption', severity: 'CRITICAL', changed_at: 'x' };
    const at = '2026-03-02T09:00:03.000Z';
    await partly.deps.history.append('r-1', { id: 'joined', type: 'Alarm joined', at, detail: upgraded });
    await closeAs(partly, 'Rolled back, unverified');
    expect(await partly.deps.unreached.all()).toMatchObject([{ name: 'host-9', severity: 'CRITICAL' }]);
  });

  test('is forgotten once a rollback has reached it', async () => {
    const waiting = {
      phase: 1,
      instance_id: 'i-002',
      name: 'host-2',
      rollback: 'r-0',
      since: 'x',
      window_start: 'x',
      severity: 'HIGH' as const,
    };
    await opened.deps.unreached.keep(waiting);
    await opened.deps.unreached.keep({ ...waiting, phase: 2 });
    await closeAs(opened, 'Rolled back');
    expect((await opened.deps.unreached.all()).map(({ phase }) => phase)).toEqual([2]);
  });

  test('has its old rows cleared when it returns, the others only newer ones', async () => {
    const partly = await openedRollback(2, ['host-9']);
    await partly.deps.rowWindow.from(1, '2026-03-02T08:00:00Z', 'r-1');
    expect(await closeAs(partly, 'Rolled back, unverified')).toMatchObject({ fleet: 'free' });
    expect(await partly.deps.unreached.all()).toMatchObject([{ window_start: '2026-03-02T08:00:00Z' }]);
    expect(await partly.deps.rowWindow.from(1, '2026-03-02T08:00:00Z', 'r-2')).toBe('2026-03-02T09:12:30Z');
  });
});

describe('the row window of a rollback of a few hosts only', () => {
  const few = async (began: string) => {
    const one = await openedRollback(2, [], ['host-1', 'host-2']);
    await one.deps.rowWindow.from(1, '2026-03-02T08:00:00Z', began);
    await closeRollback(one.deps, { rollback, fence: one.fence, ending: 'Rolled back', problem: null });
    return one.deps.rowWindow.kept(1);
  };

  test('ends with it: the next rollback has its own', async () => {
    expect(suspectFrom(await few('r-1'), '2026-03-02T07:00:00Z')).toBe('2026-03-02T07:00:00Z');
  });

  test('stays if an unfinished rollback of the fleet began it: the other hosts were not cleared', async () => {
    expect(suspectFrom(await few('r-0'), '2026-03-02T12:00:00Z')).toBe('2026-03-02T08:00:00Z');
  });

  test('covers no rows that it did not clear', async () => {
    const one = await openedRollback(2, [], ['host-1', 'host-2']);
    await one.deps.rowWindow.end(1, '2026-03-02T06:00:00Z');
    await one.deps.rowWindow.from(1, '2026-03-02T08:00:00Z', 'r-1');
    await closeRollback(one.deps, { rollback, fence: one.fence, ending: 'Rolled back', problem: null });
    expect(suspectFrom(await one.deps.rowWindow.kept(1), '2026-03-02T05:00:00Z')).toBe('2026-03-02T06:00:00Z');
  });
});

test('a question that is open when its rollback ends is void: no machine waits for its answer', async () => {
  const one = await openedRollback(2);
  const question = { number: 1, kind: 'confirm', why: [], asked_at: 'x', deadline: 'x' };
  await one.deps.history.append('r-1', { id: 'question-asked/1', type: 'Question asked', at: 'x', detail: question });
  await closeRollback(one.deps, { rollback, fence: 0, ending: 'Needs a person', problem: 'stopped' });
  expect(recordOf(await one.events()).questions).toMatchObject([
    { outcome: 'void', settled_by: 'the rollback ended before anything was done about it' },
  ]);
});

test('a fleet that was never taken is free, even if its lock cannot be read', async () => {
  const one = await openedRollback(2);
  const down = async () => Promise.reject(new Error('no table'));
  const deps = { ...one.deps, locks: { ...one.deps.locks, holder: down } };
  const closing = { rollback, ending: 'Needs a person', problem: 'x' } as const;
  expect((await closeRollback(deps, { ...closing, fence: 0 })).fleet).toBe('free');
});

describe('the chain of links', () => {
  const links = () => linksIn(opened.tables.db, 'history');

  test('gets the seal', async () => {
    await close('Rolled back');
    const last = (await opened.events()).at(-1);
    expect(await links().ofMonth('2026-03')).toMatchObject([
      { kind: 'sealed', rollback: 'r-1', count: last?.sequence, head: last?.hash },
    ]);
  });

  test('costs a closing two requests', async () => {
    await links().append(linkOf('opened', 'r-0', { count: 1, head: 'x' }), { at: START }); // begins the month
    const requests = async () => {
      const before = opened.tables.requests.length;
      await close('Rolled back');
      return opened.tables.requests.length - before;
    };
    const whole = await requests();
    opened = await openedRollback(3);
    opened.deps.history = { ...opened.deps.history, link: async () => {} };
    expect(whole - (await requests())).toBe(2);
  });
});

describe('a rollback that acted without an answer of a person', () => {
  test.each(['Rolled back', 'Needs a person'] as const)('that ends as %s has an open review', async (ending) => {
    const one = await automaticRollback();
    await one.end(ending);
    expect((await one.record()).review).toMatchObject({ due: DUE, verdict: null });
    expect(await one.openReviews()).toEqual([{ rollback: 'r-1', phase: 1, since: ENDED, due: DUE, told: 0 }]);
  });

  test('whose closing is repeated has the same review', async () => {
    const one = await automaticRollback();
    await one.end();
    const later = { ...one.deps, now: () => Date.parse(ENDED) + 3_600_000 };
    await closeRollback(later, { rollback: r1, fence: 1, ending: 'Rolled back', problem: null });
    expect(await one.openReviews()).toMatchObject([{ due: DUE }]);
    expect((await one.record()).review).toMatchObject({ due: DUE });
  });

  test('keeps its phase until its review is stored, so that Reconcile repeats the closing', async () => {
    const one = await automaticRollback();
    const open = async () => Promise.reject(new Error('throttled'));
    const failing = { ...one.deps, reviews: { ...one.deps.reviews, open } };
    const request = { rollback: r1, fence: 1, ending: 'Rolled back', problem: null } as const;
    await expect(closeRollback(failing, request)).rejects.toThrow('throttled');
    expect(await one.deps.claims.phaseClaim(1)).toBeDefined();
    await closeRollback(one.deps, request);
    expect(await one.openReviews()).toHaveLength(1);
    expect(await one.deps.claims.phaseClaim(1)).toBeUndefined();
  });
});

test('a rollback that a person started has no review', async () => {
  const one = await automaticRollback({ alarm: null, operator: 'ana' });
  await one.end();
  expect((await one.record()).review).toBeNull();
  expect(await one.openReviews()).toEqual([]);
});

describe('the version that was rolled back', () => {
  const deployment = { version: 'v1.4.0', at: '2026-03-02T08:50:00.000Z' };
  const blocked = async () => (await opened.deps.blocks.read()).blocks;
  const undone = async () =>
    (await opened.events()).flatMap(({ type, detail }) =>
      type === 'Rollback closed' ? [detail['undone'] === undefined ? [] : detail['undone']] : [],
    )[0];
  beforeEach(async () => {
    await opened.deps.deployments.record(1, deployment);
    await rescoped(opened, { deployment });
  });

  test('is blocked by its rollback, and the history says so', async () => {
    await close('Rolled back');
    expect(await blocked()).toEqual([
      {
        ...{ phase: 1, version: 'v1.4.0', operator: null, rollback: 'r-1', reason: 'it was rolled back' },
        ...{ at: '2026-03-02T09:12:30.000Z', by: rollback.execution_arn },
      },
    ]);
    expect(await undone()).toEqual([{ phase: 1, version: 'v1.4.0', deployed_at: deployment.at }]);
    expect(await opened.deps.marks.at(1, deployment.at)).toEqual({
      ...deployment,
      rolled_back: { rollback: 'r-1', at: '2026-03-02T09:12:30.000Z' },
    });
  });

  test.each([
    ['is blocked too', true, [{ reason: 'its rollback stopped in the middle', stopped: true }]],
    ['is not blocked', false, []],
  ])('%s if a rollback stopped, and may have touched a host: %s', async (_, touched, blocks) => {
    if (touched) await touch();
    await close('Needs a person', 'disk full');
    expect(await blocked()).toMatchObject(blocks);
    expect(await undone()).toHaveLength(blocks.length);
  });

  test.each(['Rolled back', 'Needs a person'] as const)(
    'is blocked later if it cannot be read, and the history does not say until then that there is none: %s',
    async (ending) => {
      await touch();
      const scopes = { ...opened.deps.scopes, read: async () => Promise.reject(new Error('no table')) };
      const request = { rollback, fence: opened.fence, ending, problem: null };
      await closeRollback({ ...opened.deps, scopes }, request).catch(() => {});
      expect([await blocked(), await undone()]).toEqual([[], null]);
      await close(ending);
      expect((await blocked()).map(({ version }) => version)).toEqual(['v1.4.0']);
    },
  );

  const began: Happened = {
    id: 'step-started/x/1',
    type: 'Step started',
    at: START,
    detail: { step: 'x', attempt: 1 },
  };

  test('is blocked although a person has released the fleet before the closing', async () => {
    await touch();
    await opened.deps.history.append('r-1', began);
    await opened.deps.recentRollbacks.begin(1, 'r-1', START);
    await opened.deps.locks.free('trading', 'r-1', opened.fence);
    await close('Needs a person', 'ana released the fleet: looked at the hosts');
    expect([(await blocked()).length, ((await undone()) as object[]).length]).toEqual([1, 1]);
    expect(await opened.deps.recentRollbacks.between(1, '2026-03-01', '2026-03-03')).toMatchObject([
      { rollback: 'r-1', ended_at: '2026-03-02T09:12:30.000Z' }, // for the budget and the cool-down
    ]);
  });

  test('is blocked by a repeat, after a person has released the fleet, as the history of the first closing says', async () => {
    await touch();
    const blocks = { ...opened.deps.blocks, set: async () => Promise.reject(new Error('no table')) };
    const request = { rollback, fence: opened.fence, ending: 'Needs a person', problem: null } as const;
    await closeRollback({ ...opened.deps, blocks }, request);
    expect([await blocked(), ((await undone()) as object[]).length]).toEqual([[], 1]);
    await opened.deps.locks.free('trading', 'r-1', opened.fence);
    await close('Needs a person');
    expect(await blocked()).toHaveLength(1);
  });

  test('is not called undone while it is unknown whether the fleet was touched', async () => {
    const locks = { ...opened.deps.locks, queue: async () => Promise.reject(new Error('no table')) };
    const request = { rollback, fence: opened.fence, ending: 'Needs a person', problem: null } as const;
    await closeRollback({ ...opened.deps, locks }, request);
    expect([await blocked(), await undone()]).toEqual([[], null]);
    await close('Needs a person');
    expect(await blocked()).toEqual([]); // no host was touched
  });

  test('is not blocked by a rollback of a few hosts: the others keep it', async () => {
    await rescoped(opened, { only_hosts: ['host-2'] });
    await close('Rolled back');
    expect([await blocked(), await undone()]).toEqual([[], []]);
  });

  test('is not blocked again if the closing is repeated after a person has unblocked it', async () => {
    await close('Rolled back');
    for (const block of await blocked()) await opened.deps.blocks.end('block', block);
    await close('Rolled back');
    expect(await blocked()).toEqual([]);
  });

  test("keeps a person's block in the same place", async () => {
    const block = { operator: 'ana', reason: 'loses orders', at: START, phase: 1, version: 'v1.4.0' };
    await opened.deps.blocks.set('block', block);
    await close('Rolled back');
    expect(await blocked()).toEqual([block]);
  });

  test('of several phases is blocked in each', async () => {
    const parts = [4, 1].map((phase) => ({
      phase,
      deployment: { ...deployment, version: `v${phase}` },
      window_start: '',
    }));
    await rescoped(opened, { parts });
    await closeRollback(
      { ...opened.deps, now: () => Date.parse('2026-03-02T09:12:30.000Z') },
      { rollback: { ...rollback, phases: [4, 1] }, fence: opened.fence, ending: 'Rolled back', problem: null },
    );
    expect((await blocked()).map(({ phase, version }) => [phase, version])).toEqual([
      [1, 'v1'],
      [4, 'v4'],
    ]);
  });

  describe('in the phases that a rollback of several has begun', () => {
    const rolling = { ...rollback, phases: [4, 3, 1] };
    const stop = () =>
      closeRollback(
        { ...opened.deps, now: () => Date.parse('2026-03-02T09:12:30.000Z') },
        { rollback: rolling, fence: opened.fence, ending: 'Needs a person', problem: 'disk full' },
      );
    const begin = (step: string) =>
      opened.deps.history.append('r-1', {
        id: `step-started/${step}/1`,
        ...{ type: 'Step started', at: START, detail: { step, attempt: 1, hosts: 3 } },
      });
    const counted = async () => {
      const all = rolling.phases.map((phase) => opened.deps.recentRollbacks.between(phase, '2026-03-01', '2026-03-03'));
      return (await Promise.all(all)).map(({ length }) => length);
    };
    const versions = async () => (await blocked()).map(({ version }) => version);
    beforeEach(async () => {
      const parts = rolling.phases.map((phase) => ({
        phase,
        deployment: { ...deployment, version: `v${phase}` },
        window_start: START,
      }));
      await rescoped(opened, { parts });
      for (const phase of rolling.phases) await opened.deps.recentRollbacks.begin(phase, 'r-1', START);
      await touch();
    });

    test.each([
      ['is blocked and counted there', ['phase-4-clear-state', 'phase-3-reset'], ['v3', 'v4'], [1, 1, 0]],
      ['is blocked in the latest phase, if no step is on record', [], ['v4'], [1, 0, 0]],
    ])('%s', async (_, steps, undoneThere, counts) => {
      for (const step of steps) await begin(step);
      await stop();
      await stop();
      expect([await versions(), await counted()]).toEqual([undoneThere, counts]);
    });

    test('is left open while the history cannot be read, and blocked by a repeat', async () => {
      await begin('phase-4-clear-state');
      const history = { ...opened.deps.history, events: () => Promise.reject(new Error('down')) };
      await closeRollback(
        { ...opened.deps, history, now: () => Date.parse(ENDED) },
        { rollback: rolling, fence: opened.fence, ending: 'Needs a person', problem: 'disk full' },
      ).catch(() => undefined);
      expect([await versions(), await counted()]).toEqual([[], [1, 1, 1]]);
      await stop();
      expect([await versions(), await counted()]).toEqual([['v4'], [1, 0, 0]]);
    });

    test('leaves a host that a person left out owed the phases that the others have done', async () => {
      const scope = await opened.deps.scopes.read('r-1');
      await opened.deps.scopes.leaveOut('r-1', [{ ...(scope?.hosts[1] as Host), by: 'bo', reason: 'disk' }]);
      await begin('phase-4-clear-state');
      await begin('phase-3-reset');
      await stop();
      expect(await opened.deps.unreached.all()).toMatchObject([
        { phase: 4, name: scope?.hosts[1]?.name, rollback: 'r-1', left_out: true },
      ]);
    });
  });
});
