import { describe, expect, test } from 'vitest';
import type { RollbackRecord } from '../../domain/history/record.ts';
import type { Evidence } from '../../incidents/evidence.ts';
import { invariants } from '../../incidents/invariants.ts';
import { arnOf, at, closed, evidence, rollback, run, taken, waiting } from './evidence.ts';

/** Returns the breaks of one invariant. */
const breaks = (name: string, of: Partial<Evidence>) =>
  invariants.find((one) => one.name === name)?.breaks(evidence(of)) ?? ['no such invariant'];

const red = (alarm: string, seconds: number) => ({ event: 'AlarmStateChanged', alarm, to: 'ALARM', at: at(seconds) });
const alarm = 'rollback-incidents-phase-1-data_corruption';
const claim = (id: string, seconds: number) => ({ pk: `ALARM#${alarm}`, sk: at(seconds), rollback: id });
const one = rollback('one', [taken(1, 5), closed('Rolled back')], { messages: ['rollback-complete'] });

test('nothing breaks an invariant if nothing happened', () => {
  expect(invariants.flatMap(({ breaks }) => breaks(evidence()))).toEqual([]);
});

describe('one-rollback-per-host', () => {
  test('holds for two rollbacks one after the other', () => {
    expect(breaks('one-rollback-per-host', { happened: [...run('one', 1, 10), ...run('two', 2, 20)] })).toEqual([]);
  });

  test('breaks if a host runs a step after one with a higher fence', () => {
    expect(breaks('one-rollback-per-host', { happened: [...run('two', 2, 10), ...run('one', 1, 20)] })).toEqual([
      'host-1 ran clear-cache of rollback one (fence 1) after clear-cache of rollback two (fence 2), which has a higher fence',
    ]);
  });

  test('breaks if a step is sent after another rollback took the fleet', () => {
    const rollbacks = [one, rollback('two', [taken(2, 10)])];
    expect(breaks('one-rollback-per-host', { rollbacks, happened: run('one', 1, 20) })).toEqual([
      'clear-cache of rollback one (fence 1) was sent to host-1 after rollback two took the fleet',
    ]);
  });
});

describe('effect-once', () => {
  test('holds if a repeat returns the same line', () => {
    const happened = [...run('one', 1, 10, { removed: 6 }), ...run('one', 1, 20, { removed: 6 })];
    expect(breaks('effect-once', { happened })).toEqual([]);
  });

  test('breaks if a repeat did the work again', () => {
    const happened = [...run('one', 1, 10, { removed: 6 }), ...run('one', 1, 20, { removed: 0 })];
    expect(breaks('effect-once', { happened })).toHaveLength(1);
  });
});

describe('only-its-hosts', () => {
  const narrowed = (name: string) => ({
    type: 'Narrowed to ill hosts' as const,
    at: at(8),
    detail: { only_hosts: [name] },
  });
  const of = (name: string) => ({
    rollbacks: [rollback('one', [narrowed(name), taken(1, 9)])],
    happened: run('one', 1, 10),
  });

  test('holds if only the ill host did a step', () => {
    expect(breaks('only-its-hosts', of('host-1'))).toEqual([]);
  });

  test('breaks if another host did one', () => {
    expect(breaks('only-its-hosts', of('host-2'))).toEqual([
      'rollback one of phase 1 covers only host-2, and host-1 did its clear-cache',
    ]);
  });
});

describe('rolled-back-means-acted', () => {
  const done = (hosts_done: number) => ({
    type: 'Step done' as const,
    at: at(20),
    detail: { step: 'clear-cache', attempt: 1, hosts_done, hosts: hosts_done },
  });
  const ended = (hosts: number, ending: 'Rolled back' | 'Rolled back, unverified' | 'Needs a person') =>
    rollback('one', [taken(1, 5), done(hosts), closed(ending)]);

  test('holds if a host did a step, or the rollback ended otherwise', () => {
    const rollbacks = [ended(1, 'Rolled back'), ended(0, 'Needs a person')];
    expect(breaks('rolled-back-means-acted', { rollbacks })).toEqual([]);
  });

  test.each(['Rolled back', 'Rolled back, unverified'] as const)('breaks if no host did a step: %s', (ending) => {
    expect(breaks('rolled-back-means-acted', { rollbacks: [ended(0, ending)] })).toEqual([
      `rollback one of phase 1 ended ${ending}, and no host did a step`,
    ]);
  });
});

describe('rolled-back-means-at-target', () => {
  const hostsAt = (version: string) => new Map([[arnOf('one', 1), { 'host-1': { version, data_source: 'barchart' } }]]);
  test('holds if every host is at the target', () => {
    expect(breaks('rolled-back-means-at-target', { rollbacks: [one], hostsAt: hostsAt('pre-phase1-stable') })).toEqual(
      [],
    );
  });

  test('breaks if a host runs another version', () => {
    expect(breaks('rolled-back-means-at-target', { rollbacks: [one], hostsAt: hostsAt('v1.4.0') })).toEqual([
      'rollback one of phase 1 ended Rolled back with host-1 at {"version":"v1.4.0","data_source":"barchart"}, expected {"version":"pre-phase1-stable","data_source":"barchart"}',
    ]);
  });

  test.each([
    ['holds if the host had left the fleet', ['untagged'], 0],
    ['breaks if the host had its tag back', ['untagged', 'tagged'], 1],
    ['holds if a host that had left for good got a tag', ['terminated', 'tagged'], 0],
  ] as const)('%s', (_, states, times) => {
    const when = states.map((state, i) => ({ at: 10 + i, host: { name: 'host-1', state } }));
    const of = { rollbacks: [one], hostsAt: hostsAt('v1.4.0'), story: { ...evidence().story, when } };
    expect(breaks('rolled-back-means-at-target', of)).toHaveLength(times);
  });

  test.each([
    ['holds if the next rollback changed the host while an outage kept the closing', 80, 0],
    ['breaks if another rollback changed it before the ending', 50, 1],
  ])('%s', (_, seconds, times) => {
    const closing = {
      event: 'TaskStateEntered',
      name: 'Send rollback complete',
      execution: arnOf('one', 1),
      at: at(90),
    };
    const happened = [...run('two', 2, seconds), closing];
    expect(
      breaks('rolled-back-means-at-target', { rollbacks: [one], hostsAt: hostsAt('v1.4.0'), happened }),
    ).toHaveLength(times);
  });

  test.each([
    ['holds if a fault of another phase reached the host after the last look at the version', { phase: 3 }, 31, 0],
    ['breaks if that fault had reached it before', { phase: 3 }, 29, 1],
    ['breaks if the fault is of its own phase', { phase: 1 }, 31, 1],
    ['breaks if the fault is on another host', { phase: 3, host: 'host-2' }, 31, 1],
  ])('%s', (_, of, seconds, times) => {
    const when = [{ at: seconds, fault: { trigger: 'data_corruption' as const, ...of } }];
    const evidenceOf = {
      ...{ rollbacks: [one], hostsAt: hostsAt('v1.4.0') },
      ...{ happened: run('one', 1, 40, {}, 'confirm-recovery'), story: { ...evidence().story, when } },
    };
    expect(breaks('rolled-back-means-at-target', evidenceOf)).toHaveLength(times);
  });

  describe("if a person's code came after the rollback", () => {
    const happened = run('one', 1, 40, {}, 'confirm-recovery');
    const story = (seconds: number, host?: string) => ({
      ...evidence().story,
      when: [{ at: seconds, code: { version: 'v1.4.0', ...(host ? { host } : {}) } }],
    });
    test.each([
      ['holds if it came after the last look at the version', story(41), 0],
      ['breaks if it came before that look', story(39), 1],
      ['breaks if it came to another host', story(41, 'host-2'), 1],
    ])('%s', (_, one_story, times) => {
      const of = { rollbacks: [one], hostsAt: hostsAt('v1.4.0'), happened, story: one_story };
      expect(breaks('rolled-back-means-at-target', of)).toHaveLength(times);
    });

    test.each([
      ['holds if only the configuration differs, and it came after that was reset', 35, 0],
      ['breaks if it came before that', 25, 1],
    ])('%s', (_, seconds, times) => {
      const three = rollback('three', [taken(1, 5), closed('Rolled back')], { phase: 3 });
      const status = { integration: 'pre-phase3', configuration: 'changed', ab_testing: false };
      const looks = [...run('three', 1, 30, {}, 'reset-configuration'), ...run('three', 1, 40, {}, 'confirm-recovery')];
      const at = new Map([[arnOf('three', 3), { 'host-1': status }]]);
      const of = { rollbacks: [three], hostsAt: at, happened: looks, story: story(seconds) };
      expect(breaks('rolled-back-means-at-target', of)).toHaveLength(times);
    });

    test('holds if it came while an outage kept the closing, after the ending', () => {
      const closing = {
        event: 'TaskStateEntered',
        name: 'Send rollback complete',
        execution: arnOf('one', 1),
        at: at(90),
      };
      const of = { rollbacks: [one], hostsAt: hostsAt('v1.4.0'), happened: [...happened, closing], story: story(80) };
      expect(breaks('rolled-back-means-at-target', of)).toEqual([]);
    });
  });
});

describe('alarms-page-few-times', () => {
  const paging = (count: number, changed_at: (i: number) => string, opened = true) =>
    Array.from({ length: count }, (_, i) => {
      const decided = opened ? [{ type: 'Decided' as const, at: at(12), detail: { decision: 'act', why: [] } }] : [];
      const one = rollback(`r-${i}`, [...decided, closed('Needs a person')], { messages: ['needs-a-person'] });
      const own = { name: alarm, changed_at: changed_at(i) };
      return { ...one, record: { ...one.record, alarm: own } as unknown as typeof one.record };
    });

  test('holds for three pages, and for one page for each change', () => {
    expect(breaks('alarms-page-few-times', { rollbacks: paging(3, () => at(10)) })).toEqual([]);
    expect(breaks('alarms-page-few-times', { rollbacks: paging(9, at) })).toEqual([]);
  });

  test('holds for rollbacks that an outage kept from being opened', () => {
    expect(breaks('alarms-page-few-times', { rollbacks: paging(9, () => at(10), false) })).toEqual([]);
  });

  test('breaks if rollbacks for one change page again and again', () => {
    expect(breaks('alarms-page-few-times', { rollbacks: paging(4, () => at(10)) })).toEqual([
      `${alarm}, red since ${at(10)}, had 4 rollbacks that paged a person`,
    ]);
  });
});

describe('red-alarms-are-covered', () => {
  test('holds if a person was left with the alarm', () => {
    const needs = rollback('one', [closed('Needs a person')]);
    const of = { happened: [red(alarm, 10)], state: [claim('one', 10)], rollbacks: [needs] };
    expect(breaks('red-alarms-are-covered', of)).toEqual([]);
  });

  test('breaks if nothing answers a red alarm', () => {
    expect(breaks('red-alarms-are-covered', { happened: [red(alarm, 10)] })).toEqual([
      `${alarm} is red since ${at(10)}, and no rollback answers it`,
    ]);
  });

  const narrower = () => {
    const joined = rollback('one', [
      { type: 'Alarm joined', at: at(11), detail: { alarm, by: 'two', severity: 'CRITICAL', changed_at: at(10) } },
      closed('Needs a person'),
    ]);
    return { ...joined, record: { ...joined.record, only_hosts: ['host-2'] } as typeof joined.record };
  };

  test('breaks if the alarm joined a rollback of other hosts', () => {
    const claimant = rollback('two', [closed('Joined the active rollback')]);
    const of = { happened: [red(alarm, 10)], state: [claim('two', 10)], rollbacks: [narrower(), claimant] };
    expect(breaks('red-alarms-are-covered', of)).toEqual([
      `${alarm} is red since ${at(10)}; rollback one of phase 1 answers it, which covers only host-2`,
    ]);
  });

  test('holds if the rollback of other hosts gave the alarm up, and another one answers it', () => {
    const next = rollback('three', [closed('Needs a person')]);
    const of = { happened: [red(alarm, 10)], state: [claim('three', 10)], rollbacks: [narrower(), next] };
    expect(breaks('red-alarms-are-covered', of)).toEqual([]);
  });

  test('holds if the rollback of other hosts kept the alarm and paged a person', () => {
    const { messages } = rollback('one', [], { messages: ['needs-a-person'] });
    const of = { happened: [red(alarm, 10)], state: [claim('one', 10)] };
    expect(breaks('red-alarms-are-covered', { ...of, rollbacks: [{ ...narrower(), messages }] })).toEqual([]);
    expect(breaks('red-alarms-are-covered', { ...of, rollbacks: [narrower()] })).toHaveLength(1);
  });

  test('holds if the alarm then joined another rollback', () => {
    const { record } = narrower();
    const next = rollback('three', [closed('Needs a person')]);
    const joined = { ...next, record: { ...record, ...next.record, joined: record?.joined } as typeof record };
    const claimant = rollback('four', [closed('Joined the active rollback')]);
    const of = { happened: [red(alarm, 10)], state: [claim('four', 10)], rollbacks: [narrower(), joined, claimant] };
    expect(breaks('red-alarms-are-covered', of)).toEqual([]);
  });

  test('breaks if the rollback that answers it ended Rolled back', () => {
    const of = { happened: [red(alarm, 10)], state: [claim('one', 10)], rollbacks: [one] };
    expect(breaks('red-alarms-are-covered', of)).toEqual([
      `${alarm} is red since ${at(10)}; rollback one of phase 1 answers it and ended Rolled back`,
    ]);
  });
});

describe('endings', () => {
  test('an execution that still runs breaks every-incident-ends', () => {
    const executions = [
      { arn: arnOf('one', 1), status: 'RUNNING', started_at: at(0), transitions: 1, lambda_invocations: 1 },
    ];
    expect(breaks('every-incident-ends', { executions })).toEqual([
      'execution rollback-incidents-phase-1:one still runs',
    ]);
  });

  test('a record without an ending breaks every-incident-ends', () => {
    expect(breaks('every-incident-ends', { rollbacks: [rollback('one', [])] })).toHaveLength(1);
  });

  test('an ending without its message breaks every-ending-is-told', () => {
    const rollbacks = [rollback('one', [closed('Rolled back')], { messages: ['initial-alert'] })];
    expect(breaks('every-ending-is-told', { rollbacks })).toEqual([
      'rollback one of phase 1 (Rolled back) sent initial-alert; expected rollback-complete',
    ]);
  });

  test('a stored question that the record does not settle breaks every-question-ends', () => {
    const state = [{ pk: 'QUESTION#one#1', sk: 'QUESTION', number: 1, kind: 'permit' }];
    expect(breaks('every-question-ends', { rollbacks: [one], state })).toEqual([
      'question 1 (permit) of rollback one of phase 1 is not settled',
    ]);
  });

  test('a late ending without event and message breaks missed-limits-are-reported', () => {
    const late = rollback('one', [closed('Rolled back', 481)], { messages: ['rollback-complete'] });
    expect(breaks('missed-limits-are-reported', { rollbacks: [late] })).toEqual([
      `rollback one of phase 1 ended at ${at(481)} after its limit ${at(480)} without its event and message`,
    ]);
  });
});

describe('history-verifies', () => {
  const sealed = { pk: 'CHAIN#2026-01', sk: '00000001' };
  test('breaks if a record differs from its events', () => {
    const changed = { ...one, stored: { ...one.stored, fence: 9 } as typeof one.stored };
    expect(breaks('history-verifies', { rollbacks: [changed] })).toContain(
      "rollback one of phase 1: the record's fence is 9, its events give 1",
    );
  });

  test('breaks if an event was changed', () => {
    const changed = { ...one, events: one.events.map((event) => ({ ...event, at: at(99) })) };
    expect(breaks('history-verifies', { rollbacks: [changed] })[0]).toContain('the chain breaks at event 1');
  });

  test('breaks if no link seals the last event', () => {
    expect(breaks('history-verifies', { rollbacks: [one], history: [sealed].slice(1) })).toEqual([
      'the last event of rollback one of phase 1 is sealed by no link',
    ]);
  });
});

describe('stopped-stays-stopped', () => {
  const stopped = (result: number) => {
    const all = rollback('one', [
      { type: 'Execution stopped', at: at(60), detail: { step: 'clear-cache' } },
      { ...closed('Needs a person'), at: at(60) },
      { type: 'Step failed', at: at(result), detail: { step: 'clear-cache' } },
    ]);
    const ids: Record<string, string> = {
      'Execution stopped': 'execution-stopped/clear-cache/1',
      'Step failed': 'step-ended/clear-cache/1',
    };
    return { ...all, events: all.events.map((event) => ({ ...event, id: ids[event.type] ?? event.id })) };
  };

  test('breaks if the stopped step gets another result after the end', () => {
    expect(breaks('stopped-stays-stopped', { rollbacks: [stopped(63)] })).toEqual([
      `rollback one of phase 1 ended at ${at(60)}; Step failed of clear-cache came at ${at(63)}`,
    ]);
  });

  test('holds if the result is of an instant before the end, and was written late', () => {
    expect(breaks('stopped-stays-stopped', { rollbacks: [stopped(59)] })).toEqual([]);
  });
});

describe('nothing-left-behind', () => {
  test.each([
    ['a task token', { pk: 'TOKEN#one#1', sk: 'TOKEN' }],
    ['the claim of a phase', { pk: 'PHASE#1', sk: 'OPEN' }],
    ['an unsent message', { pk: 'UNSENT', sk: 'one#question' }],
    ['late history', { pk: 'LATE', sk: 'one' }],
  ])('breaks if the state table still has %s', (what, item) => {
    expect(breaks('nothing-left-behind', { state: [item] })).toEqual([
      `the state table still has ${what}: ${item.pk}, ${item.sk}`,
    ]);
  });

  test('holds for the lock of a rollback that needs a person', () => {
    const state = [{ pk: 'FLEET#trading', sk: 'LOCK', rollback: 'one' }];
    expect(breaks('nothing-left-behind', { state, rollbacks: [rollback('one', [closed('Needs a person')])] })).toEqual(
      [],
    );
  });

  test('breaks if a rollback that ended well holds the fleet', () => {
    const state = [{ pk: 'FLEET#trading', sk: 'LOCK', rollback: 'one' }];
    expect(breaks('nothing-left-behind', { state, rollbacks: [one] })).toEqual([
      'rollback one of phase 1 still holds the fleet: its ending is Rolled back',
    ]);
  });

  test('breaks if a command has not ended', () => {
    expect(breaks('nothing-left-behind', { happened: run('one', 1, 10).slice(0, 1) })).toHaveLength(1);
  });
});

describe('waiters-by-severity', () => {
  const low = rollback('low', [waiting(10), taken(2, 60)], { severity: 'MEDIUM' });
  const high = rollback('high', [waiting(20), taken(3, 90)], { severity: 'CRITICAL', phase: 2 });
  test('breaks if a lesser severity takes the fleet while a worse one waits', () => {
    expect(breaks('waiters-by-severity', { rollbacks: [low, high] })).toEqual([
      'rollback low of phase 1 (MEDIUM) took the fleet while rollback high of phase 2 (CRITICAL) was waiting',
    ]);
  });

  test.each([
    ['a newer deployment', { deployment: { version: 'v2', at: at(-60) } }, 'the same severity, a newer deployment'],
    ['the same deployment and an earlier start', { start_time: at(-5) }, 'the same severity and deployment, older'],
  ])('breaks if a rollback of the same severity with %s is waiting', (_, differences, rank) => {
    const other = rollback('passed', [waiting(5), taken(3, 90)], { severity: 'MEDIUM', phase: 2 });
    const passed = { ...other, record: { ...other.record, ...differences } as RollbackRecord };
    expect(breaks('waiters-by-severity', { rollbacks: [low, passed] })).toEqual([
      `rollback low of phase 1 (MEDIUM) took the fleet while rollback passed of phase 2 (${rank}) was waiting`,
    ]);
  });

  test('holds if the waiter ended without the fleet within 90 s: it was past its time', () => {
    const past = rollback('high', [waiting(20), closed('Needs a person', 100)], { severity: 'CRITICAL', phase: 2 });
    expect(breaks('waiters-by-severity', { rollbacks: [low, past] })).toEqual([]);
  });

  test.each([
    ['holds if a worse alarm joined the waiter later', 61, []],
    [
      'breaks if a worse alarm had joined the waiter',
      59,
      [/^rollback low .* rollback upgraded of phase 2 \(CRITICAL\)/],
    ],
  ])('%s', (_, seconds, expected) => {
    const detail = { alarm: 'a', trigger: 'data_corruption', severity: 'CRITICAL', changed_at: at(seconds) };
    const joins = { type: 'Alarm joined', at: at(seconds), detail } as const;
    const upgraded = rollback('upgraded', [waiting(20), joins, taken(3, 90)], { severity: 'LOW', phase: 2 });
    expect(breaks('waiters-by-severity', { rollbacks: [low, upgraded] })).toEqual(
      expected.map((says) => expect.stringMatching(says)),
    );
  });

  test('holds if a worse alarm joined the rollback in the instant in which it took the fleet', () => {
    const detail = { alarm: 'a', trigger: 'data_corruption', severity: 'CRITICAL', changed_at: at(60) };
    const joins = { type: 'Alarm joined', at: at(60), detail } as const;
    const waiter = rollback('waiter', [waiting(20), taken(3, 90)], { severity: 'HIGH', phase: 2 });
    const raised = rollback('raised', [waiting(10), joins, taken(2, 60)], { severity: 'MEDIUM' });
    expect(breaks('waiters-by-severity', { rollbacks: [raised, waiter] })).toEqual([]);
  });

  test.each([
    ['holds while a rollback of one of its phases lets others act', [], []],
    ['breaks once that rollback has ended', [closed('Rolled back', 50)], [expect.any(String)]],
  ])('%s', (_, ended, expected) => {
    const lent = { type: 'Fleet lent', at: at(40), detail: {} } as const;
    const acting = rollback('acting', [taken(1, 5), lent, ...ended], { severity: 'CRITICAL', phase: 2 });
    expect(breaks('waiters-by-severity', { rollbacks: [acting, low, high] })).toEqual(expected);
  });

  test('holds if the worse one began to wait later', () => {
    const later = rollback('high', [waiting(61), taken(3, 90)], { severity: 'CRITICAL', phase: 2 });
    expect(breaks('waiters-by-severity', { rollbacks: [low, later] })).toEqual([]);
  });
});

describe('recovered-waiters-stand-down', () => {
  const waited = rollback('one', [waiting(10), taken(2, 200)]);
  const record = { ...waited.record, alarm: { name: alarm, changed_at: at(5) } } as typeof waited.record;
  const rollbacks = [{ ...waited, record }];
  const green = (seconds: number) => ({ event: 'AlarmStateChanged', alarm, to: 'OK', at: at(seconds) });

  test('holds if the alarm is red when the fleet is taken', () => {
    expect(breaks('recovered-waiters-stand-down', { rollbacks, happened: [red(alarm, 5)] })).toEqual([]);
  });

  test('holds if the alarm turned green in the last minute', () => {
    expect(breaks('recovered-waiters-stand-down', { rollbacks, happened: [red(alarm, 5), green(150)] })).toEqual([]);
  });

  test('breaks if the alarm was green for longer', () => {
    expect(breaks('recovered-waiters-stand-down', { rollbacks, happened: [red(alarm, 5), green(120)] })).toEqual([
      `rollback one of phase 1 waited and took the fleet at ${at(200)}; its alarms were green since ${at(120)}`,
    ]);
  });

  test('holds for a rollback that did not wait', () => {
    const direct = rollback('one', [taken(2, 200)]);
    const of = { rollbacks: [{ ...direct, record }], happened: [red(alarm, 5), green(120)] };
    expect(breaks('recovered-waiters-stand-down', of)).toEqual([]);
  });
});

test('no-mistake-in-the-code breaks if a task fails with a TypeError', () => {
  const happened = [{ event: 'TaskFailed', state: 'Close rollback', error: 'TypeError', cause: 'x is undefined' }];
  expect(breaks('no-mistake-in-the-code', { happened })).toEqual(['Close rollback failed: TypeError: x is undefined']);
});

test('no-mistake-in-the-code breaks if the trading system refuses to work with what an incident gave it', () => {
  const happened = ['ValueError: now must be later than 09:00', 'ValueError: only performance_degradation has one'].map(
    (error) => ({ event: 'TickFailed', name: 'host-1', error }),
  );
  expect(breaks('no-mistake-in-the-code', { happened })).toEqual([
    'the trading system refused a tick: ValueError: only performance_degradation has one',
  ]);
});

describe('cap-on-hosts', () => {
  const story = { ...evidence().story, host_cap: { most: 2, within: 600 } };
  const acts = (seconds: number) =>
    ({ type: 'Decided', at: at(seconds), detail: { decision: 'act', why: [] } }) as const;
  const automatic = (id: string, from: number, to: number) => {
    const begun = rollback(id, [acts(from), closed('Rolled back', to)]);
    return { ...begun, record: { ...begun.record, alarm: { name: alarm, changed_at: at(from) } } as RollbackRecord };
  };
  const touched = (id: string, ...hosts: string[]) =>
    hosts.map((host) => ({ pk: `HOST#${id}`, sk: `clear-cache#${host}`, verdict: 'done' }));

  test('holds for as many hosts as the cap', () => {
    const rollbacks = [automatic('one', 10, 60), automatic('two', 100, 200)];
    const history = [...touched('one', 'i-1', 'i-2'), ...touched('two', 'i-2')];
    expect(breaks('cap-on-hosts', { story, rollbacks, history })).toEqual([]);
  });

  test('breaks for one host more within the time', () => {
    const rollbacks = [automatic('one', 10, 60), automatic('two', 100, 200)];
    const history = [...touched('one', 'i-1', 'i-2'), ...touched('two', 'i-3')];
    expect(breaks('cap-on-hosts', { story, rollbacks, history })).toEqual([
      'rollback two of phase 1 began by itself, and with it automation touched 3 hosts; the cap is 2. Before it: rollback one of phase 1',
    ]);
  });

  test('holds for hosts that were touched long before, and by a person', () => {
    const rollbacks = [
      automatic('one', 10, 60),
      rollback('ana', [acts(700), closed('Rolled back', 760)]),
      automatic('two', 900, 960),
    ];
    const history = [...touched('one', 'i-1', 'i-2'), ...touched('ana', 'i-1', 'i-2'), ...touched('two', 'i-3')];
    expect(breaks('cap-on-hosts', { story, rollbacks, history })).toEqual([]);
  });
});
