import { describe, expect, test } from 'vitest';
import { type AlarmTransition, parseAlarmEvent } from '../../../domain/alarm/alarm-event.ts';
import { newHandOver } from '../../../domain/question/hand-over.ts';
import { newQuestion } from '../../../domain/question/question.ts';
import type { Decision } from '../../../domain/question/resolution.ts';
import type { HeldFleet, Observation, WaitingRollback } from '../../../domain/reconcile/observation.ts';
import { rebuiltEvent, reconcile } from '../../../domain/reconcile/reconcile.ts';

const now = Date.parse('2026-03-02T09:10:00.000Z');
const alarm = (changed_at: string): AlarmTransition => ({
  environment: 'local',
  phase: 1,
  trigger: 'data_corruption',
  alarm: 'rollback-local-phase-1-data_corruption',
  state: 'ALARM',
  changed_at: `2026-03-02T${changed_at}Z`,
  reason: 'Threshold Crossed',
  reason_data: null,
});
const live: Observation['open'][number] = {
  phase: 1,
  rollback: 'r-1',
  execution_arn: 'arn:r-1',
  status: 'RUNNING',
  waiting: null,
  asked: null,
  acting: null,
  paging: null,
};
const lock: HeldFleet = {
  fleet: 'trading',
  rollback: 'r-1',
  execution_arn: 'arn:r-1',
  phase: 1,
  fence: 7,
  status: 'RUNNING',
  ending: null,
};
const quiet: Observation = {
  now,
  red: [],
  handled: new Set(),
  open: [],
  contacts: {},
  held: [],
  waiters: [],
  returned: [],
  reviews: [],
  overdue: null,
};
const actions = (changes: Partial<Observation>) => reconcile({ ...quiet, ...changes });
const key = (changed_at: string) => `rollback-local-phase-1-data_corruption@2026-03-02T${changed_at}Z`;

describe('a red alarm', () => {
  test('that is not handled for 90 s starts its rollback', () => {
    const lost = alarm('09:08:30.000');
    expect(actions({ red: [lost] })).toEqual([{ type: 'start', alarm: lost }]);
  });

  test.each([
    ['is younger than 90 s', { red: [alarm('09:08:30.001')] }],
    ['was handled', { red: [alarm('09:00:00.000')], handled: new Set([key('09:00:00.000')]) }],
  ])('that %s is left alone', (_, changes) => {
    expect(actions(changes)).toEqual([]);
  });

  test('about whose few ill hosts a question is open is looked at again', () => {
    const red = alarm('09:00:00.000');
    const asking = { ...live, askedAboutFew: key('09:00:00.000') };
    expect(actions({ red: [red], handled: new Set([key('09:00:00.000')]), open: [asking] })).toEqual([
      { type: 'start', alarm: red },
    ]);
    expect(actions({ red: [], open: [asking] })).toEqual([]);
  });

  test('whose earlier change was handled starts a rollback for the new one', () => {
    const again = alarm('09:05:00.000');
    expect(actions({ red: [again], handled: new Set([key('09:00:00.000')]) })).toMatchObject([{ type: 'start' }]);
  });
});

describe('an open rollback', () => {
  test.each(['ABORTED', 'TIMED_OUT', 'FAILED', 'SUCCEEDED'])('whose execution is %s is closed', (status) => {
    expect(actions({ open: [{ ...live, status }] })).toEqual([
      {
        type: 'close',
        phase: 1,
        rollback: 'r-1',
        execution_arn: 'arn:r-1',
        status,
        why: `The execution ended ${status} without closing the rollback`,
      },
    ]);
  });

  test('whose execution runs is left alone', () => {
    expect(actions({ open: [live], held: [lock] })).toEqual([]);
  });
});

describe('a stopped rollback of several phases is closed with all of them', () => {
  const several = { phase: 3, phases: [4, 3] };
  const ended = { ...lock, ...several, status: 'ABORTED' };
  test.each<[string, Partial<Observation>]>([
    ['which is open', { open: [{ ...live, ...several, status: 'ABORTED' }] }],
    ['which holds a fleet', { held: [ended] }],
    ['which waits for a fleet', { waiters: [{ ...ended, part: 'all' }] }],
  ])('%s', (_, changes) => {
    expect(actions(changes)).toMatchObject([{ type: 'close', ...several }]);
  });
});

describe('a held fleet', () => {
  const held = (changes: Partial<HeldFleet>) => actions({ held: [{ ...lock, ...changes }] });

  test('whose rollback ended well is freed', () => {
    expect(held({ status: 'SUCCEEDED', ending: 'Rolled back' })).toEqual([
      { type: 'free', fleet: 'trading', rollback: 'r-1', fence: 7 },
    ]);
  });

  test('whose rollback runs is left alone, even without a record', () => {
    expect(held({ ending: undefined })).toEqual([]);
  });

  test('whose rollback has no record pages people and stays held', () => {
    expect(held({ status: 'ABORTED', ending: undefined })).toEqual([
      {
        type: 'page',
        message: 'needs-a-person',
        phase: 1,
        rollback: 'r-1',
        why: 'Fleet trading is held by r-1, a rollback without a record.',
      },
    ]);
  });

  test('whose rollback needs a person pages people and stays held', () => {
    expect(held({ status: 'FAILED', ending: 'Needs a person' })).toEqual([
      {
        type: 'page',
        message: 'needs-a-person',
        phase: 1,
        rollback: 'r-1',
        why: 'Fleet trading is held by r-1 until a person releases it.',
      },
    ]);
  });

  test('whose rollback stopped without an ending is closed, even if another rollback is open in the phase', () => {
    const other = { ...live, rollback: 'r-2', execution_arn: 'arn:r-2' };
    expect(actions({ open: [other], held: [{ ...lock, status: 'ABORTED' }] })).toMatchObject([
      { type: 'close', phase: 1, rollback: 'r-1', execution_arn: 'arn:r-1' },
    ]);
  });

  test('and an open phase of the same stopped rollback are closed once', () => {
    const status = 'ABORTED';
    expect(actions({ open: [{ ...live, status }], held: [{ ...lock, status }] })).toHaveLength(1);
  });
});

describe('a rollback in the queue of a fleet', () => {
  const waiter = { fleet: 'trading', rollback: 'r-3', execution_arn: 'arn:r-3', phase: 3, part: 'all' } as const;
  const queued = (change: Partial<WaitingRollback>, held: HeldFleet[] = [lock]) =>
    actions({ held, waiters: [{ ...waiter, status: 'RUNNING', ending: null, ...change }] });

  test.each<[string, Partial<WaitingRollback>, unknown[]]>([
    ['that runs is left alone', {}, []],
    [
      'that has ended leaves it',
      { status: 'FAILED', ending: 'Needs a person' },
      [{ type: 'leave queue', fleet: 'trading', rollback: 'r-3' }],
    ],
    [
      'without a record leaves it',
      { status: 'ABORTED', ending: undefined },
      [{ type: 'leave queue', fleet: 'trading', rollback: 'r-3' }],
    ],
    [
      'that died is closed, so that it holds nobody up',
      { status: 'ABORTED' },
      [
        {
          type: 'close',
          phase: 3,
          rollback: 'r-3',
          execution_arn: 'arn:r-3',
          status: 'ABORTED',
          why: 'The execution ended ABORTED without closing the rollback',
        },
      ],
    ],
    ['that needs a person waits while the fleet is held', { part: 'person', status: 'FAILED' }, []],
  ])('%s', (_, change, expected) => {
    expect(queued(change)).toEqual(expected);
  });

  test('that needs a person gets the fleet once it is free', () => {
    expect(queued({ part: 'person', status: 'FAILED', ending: 'Needs a person' }, [])).toEqual([
      { type: 'keep for a person', fleet: 'trading', rollback: 'r-3' },
    ]);
  });
});

describe('a rollback that waits for a held fleet', () => {
  const waiting = {
    severity: 'CRITICAL' as const,
    since: '2026-03-02T09:08:59.999Z',
    fleet: 'trading',
    holders: 1,
    lent: false,
  };
  const waits = (change: Partial<typeof waiting> | { severity: 'HIGH' } = {}, holder: Partial<HeldFleet> = {}) =>
    actions({
      open: [{ ...live, rollback: 'r-2', phase: 2, waiting: { ...waiting, ...change } }],
      held: [{ ...lock, ...holder }],
    });

  test('for more than a minute, and is CRITICAL, pages with the holder and how to stop it', () => {
    expect(waits()).toEqual([
      {
        type: 'page',
        message: 'fleet-held',
        phase: 2,
        rollback: 'r-2',
        why: 'This rollback has waited since 2026-03-02T09:08:59.999Z for fleet trading, which rollback r-1 of phase 1 holds. Rollback r-1 still runs: let it end, or stop it (aws stepfunctions stop-execution --execution-arn arn:r-1) and then release the fleet: npm run rollback -- release --rollback r-1 --operator "YOUR NAME" --reason "WHY"',
      },
    ]);
  });

  test('pages again under another name once it waits for another holder', () => {
    expect(waits({ holders: 2 })).toMatchObject([{ type: 'page', message: 'fleet-held', name: 'fleet-held-2' }]);
  });

  test('because it lets others act pages only once the holder has stopped', () => {
    expect(waits({ lent: true })).toEqual([]);
    expect(waits({ lent: true }, { status: 'FAILED', ending: 'Needs a person' })).toMatchObject([
      { type: 'page', message: 'needs-a-person', rollback: 'r-1' },
      { type: 'page', message: 'fleet-held', rollback: 'r-2' },
    ]);
  });

  const handOver = newHandOver(
    {
      rollback: 'r-1',
      number: 1,
      phase: 1,
      severity: 'HIGH',
      asked_at: '2026-03-02T09:09:30.000Z',
      approvers: 1,
      stopped: { step: 'clear', state: 'Clear', kind: 'step', at: '2026-03-02T09:09:30.000Z', failed: [], hosts: 3 },
      call_by: '2026-03-02T10:09:30.000Z',
      problem: 'Clear failed.',
      waiting: null,
    },
    { confirm: 15 * 60, hand_over: 4 * 3600, choose: 'rollback' },
  );
  const behindHandOver = (change: object = {}) =>
    actions({
      open: [
        { ...live, asked: { question: handOver, decisions: [] } },
        { ...live, rollback: 'r-2', execution_arn: 'arn:r-2', phase: 2, waiting: { ...waiting, ...change } },
      ],
      held: [lock],
    });

  test.each([
    ['has not begun', {}],
    ['lets others act', { lent: true }],
  ])(
    'of a rollback that hands over, and is CRITICAL, cuts the question short and pages how to answer: it %s',
    (_, change) => {
      expect(behindHandOver(change)).toMatchObject([
        {
          type: 'page',
          message: 'fleet-held',
          rollback: 'r-2',
          why: expect.stringContaining('stopped at "Clear" and'),
        },
        { type: 'cut short', by: 'arn:r-2', question: { rollback: 'r-1', number: 1 } },
      ]);
    },
  );

  test('of a rollback that hands over, and is HIGH and lets others act, pages after ten minutes', () => {
    const lent = { lent: true, severity: 'HIGH' };
    expect(behindHandOver(lent)).toEqual([]);
    expect(behindHandOver({ ...lent, since: '2026-03-02T08:59:59.999Z' })).toMatchObject([{ message: 'fleet-held' }]);
  });

  test('pages only with how to release the fleet if the holder has ended', () => {
    const [, page] = waits({}, { status: 'FAILED', ending: 'Needs a person' });
    expect(page).toMatchObject({
      message: 'fleet-held',
      why: expect.stringMatching(/Rollback r-1 ended FAILED: .*release/),
    });
  });

  test('for more than ten minutes pages at any severity', () => {
    expect(waits({ severity: 'HIGH', since: '2026-03-02T08:59:59.999Z' } as never)).toMatchObject([
      { type: 'page', message: 'fleet-held' },
    ]);
  });

  test.each<[string, Parameters<typeof waits>[0]]>([
    ['for less than a minute', { since: '2026-03-02T09:09:00.000Z' }],
    ['and is not CRITICAL', { severity: 'HIGH' }],
    ['for another fleet', { fleet: 'other' }],
  ])('%s does not page', (_, change) => {
    expect(waits(change)).toEqual([]);
  });
});

describe('hosts that are online again', () => {
  const owed = (phase: number, rollback: string, since: string) => ({
    phase,
    rollback,
    instance_id: 'i-3',
    name: 'host-3',
    since,
    severity: 'CRITICAL' as const,
    superseded: false,
  });
  const both = [owed(1, 'r-1', '2026-03-02T09:02:00.000Z'), owed(4, 'r-4', '2026-03-02T09:00:00.000Z')];

  test('get the older of two rollbacks first, because phases share one git tree', () => {
    expect(actions({ returned: both })).toEqual([
      { type: 'roll back returned hosts', phase: 4, rollback: 'r-4', severity: 'CRITICAL', hosts: ['host-3'] },
    ]);
  });

  test('wait while automation of their phase is paused, and hosts of another phase do not', () => {
    const returned = both.map((host) => ({ ...host, paused: host.phase === 4 }));
    expect(actions({ returned })).toMatchObject([{ phase: 1 }]);
  });

  test('wait while another rollback acts, but not while one waits for an answer', () => {
    const limit = { severity: 'HIGH', from: '2026-03-02T09:00:00.000Z', at: '2026-03-02T10:00:00.000Z' } as const;
    const acting = { limit, remaining: [], missed: false };
    expect(actions({ returned: both, open: [{ ...live, phase: 2, acting }] })).toEqual([]);
    expect(actions({ returned: both, open: [{ ...live, phase: 2 }] })).toHaveLength(1);
  });
});

describe('a question', () => {
  const question = newQuestion(
    {
      rollback: 'r-1',
      number: 1,
      phase: 1,
      kind: 'confirm',
      severity: 'HIGH',
      why: ['HIGH is rolled back after assessment.'],
      asked_at: '2026-03-02T09:00:00.000Z',
      approvers: 1,
      limit: '2026-03-02T10:00:00.000Z',
      expected_minutes: 10,
    },
    { confirm: 15 * 60, hand_over: 4 * 3600, choose: 'rollback' },
  );
  const asks = (at: string, decisions: readonly Decision[] = []) =>
    actions({ now: Date.parse(`2026-03-02T${at}.000Z`), open: [{ ...live, asked: { question, decisions } }] });
  const answer = (at: string): Decision => ({
    type: 'answer',
    by: 'arn:a',
    answer: 'rollback',
    operator: 'ana',
    reason: null,
    at: `2026-03-02T${at}.000Z`,
  });

  test.each([
    ['before half its time', '09:07:29', []],
    ['after half', '09:07:30', [50]],
    ['just before 80 %', '09:11:59', [50]],
    ['after 80 %', '09:12:00', [80]],
  ])('%s calls for the reminder that is due, and no other', (_, at, percents) => {
    const found = asks(at).map((one) => (one.type === 'remind' ? one.call.percent : one.type));
    expect(found).toEqual(percents);
  });

  test('that was decided half a minute ago wakes a machine that still waits', () => {
    expect(asks('09:05:29', [answer('09:05:00')])).toEqual([]);
    expect(asks('09:05:30', [answer('09:05:00')])).toEqual([{ type: 'wake', rollback: 'r-1', number: 1 }]);
  });

  test('whose deadline passed half a minute ago wakes a machine that still waits', () => {
    expect(asks('09:15:29')).toEqual([]);
    expect(asks('09:15:30')).toEqual([{ type: 'wake', rollback: 'r-1', number: 1 }]);
  });

  test('about a rollback whose work others have done wakes the machine at once, reminds nobody and calls nobody', () => {
    const { asked_at: since, deadline } = question;
    const page = { about: 'question', number: 1, severity: 'CRITICAL', since, deadline } as const;
    const paging = { page, heard: null, news: [], sent: new Set<string>() };
    const open = [{ ...live, paging, asked: { question, decisions: [], isNeedless: true } }];
    const contacts = { L2: 'Ana, +1 555 0100' };
    expect(actions({ now: Date.parse('2026-03-02T09:07:30.000Z'), open, contacts })).toEqual([
      { type: 'wake', rollback: 'r-1', number: 1 },
    ]);
  });

  describe('while its hosts are shut down after the close', () => {
    const { asked_at: since, deadline } = question;
    const page = { about: 'question', number: 1, severity: 'CRITICAL', since, deadline } as const;
    const paging = { page, heard: null, news: [], sent: new Set<string>() };
    const until = '2026-03-02T12:00:00.000Z';
    const shut = (shutDown: { isKnown: boolean; ends: boolean }) => {
      const open = [{ ...live, paging, asked: { question, decisions: [], shutDown: { until, ...shutDown } } }];
      return actions({ now: Date.parse('2026-03-02T09:12:30.000Z'), open, contacts: { L2: 'Ana, +1 555 0100' } });
    };
    const note = { type: 'note shutdown', rollback: 'r-1', until };

    test('reminds and calls nobody, and records that once', () => {
      expect(shut({ isKnown: false, ends: false })).toEqual([note]);
      expect(shut({ isKnown: true, ends: false })).toEqual([]);
    });

    test('wakes the machine, which ends it, if its alarms need nothing', () => {
      expect(shut({ isKnown: false, ends: true })).toEqual([note, { type: 'wake', rollback: 'r-1', number: 1 }]);
    });
  });

  test('of an execution that ended only closes its rollback', () => {
    const open = [{ ...live, status: 'ABORTED', asked: { question, decisions: [] } }];
    expect(actions({ open }).map(({ type }) => type)).toEqual(['close']);
  });
});

describe('a rollback that acts', () => {
  const acts = (minutes: number, missed = false) => {
    const limit = { severity: 'CRITICAL', from: '2026-03-02T08:57:00.000Z', at: '2026-03-02T09:12:00.000Z' } as const;
    const remaining = [{ name: 'Restore algorithm', timeout: minutes * 60 }];
    return actions({ open: [{ ...live, acting: { limit, remaining, missed } }] });
  };

  test('within its limit is left alone', () => {
    expect(acts(1)).toEqual([]);
  });

  test('that will miss its limit warns before it does', () => {
    expect(acts(5)).toEqual([
      {
        type: 'warn limit at risk',
        phase: 1,
        rollback: 'r-1',
        says: 'The limit for CRITICAL is 2026-03-02T09:12:00.000Z, in 2 minutes; the remaining steps take about 5 minutes. The limit will be missed by about 3 minutes. Still to do: Restore algorithm.',
      },
    ]);
  });

  test('that has missed its limit reports it once', () => {
    const late = (missed: boolean) => {
      const limit = { severity: 'CRITICAL', from: '2026-03-02T08:54:00.000Z', at: '2026-03-02T09:09:00.000Z' } as const;
      return actions({ open: [{ ...live, acting: { limit, remaining: [], missed } }] });
    };
    expect(late(false)).toEqual([{ type: 'report limit missed', rollback: 'r-1' }]);
    expect(late(true)).toEqual([]);
  });
});

describe('an open review', () => {
  const review = (told = 0) => ({
    rollback: 'r-1',
    phase: 1,
    since: '2026-03-02T00:00:00.000Z',
    due: '2026-03-02T10:00:00.000Z',
    told,
  });
  const reminded = (time: string, told = 0) =>
    actions({ now: Date.parse(`2026-03-02T${time}Z`), reviews: [review(told)] }).map(
      (action) => action.type === 'remind of review' && [action.call.percent, action.call.level],
    );

  test.each<[string, string, number, unknown[]]>([
    ['is left alone before half of its time', '04:59:59.999', 0, []],
    ['calls L2 at half of its time', '05:00:00.000', 0, [[50, 'L2']]],
    ['is not called for twice', '07:59:00.000', 50, []],
    ['calls L3 at 80 % of its time', '08:00:00.000', 50, [[80, 'L3']]],
    ['calls L4 at its deadline', '10:00:00.000', 80, [[100, 'L4']]],
    ['calls once, for the newest reason, after an outage of Reconcile', '10:05:00.000', 0, [[100, 'L4']]],
    ['is left alone once it was overdue', '23:00:00.000', 100, []],
  ])('%s', (_, time, told, calls) => {
    expect(reminded(time, told)).toEqual(calls);
  });

  test('that is overdue is counted every minute', () => {
    expect(actions({ overdue: review(100) })).toEqual([{ type: 'count overdue review', review: review(100) }]);
  });
});

test('one observation may require several actions', () => {
  const all = actions({
    red: [alarm('09:00:00.000')],
    open: [{ ...live, status: 'ABORTED' }],
    held: [{ ...lock, rollback: 'r-0', execution_arn: 'arn:r-0', status: 'SUCCEEDED', ending: 'Rolled back' }],
  });
  expect(all.map(({ type }) => type)).toEqual(['start', 'close', 'free']);
});

test("a rebuilt event parses to the lost alarm's change of state", () => {
  const lost = alarm('09:00:00.123');
  expect(parseAlarmEvent(rebuiltEvent(lost, 'arn:aws:cloudwatch:x'), 1)).toEqual(lost);
});
