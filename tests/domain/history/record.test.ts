import { describe, expect, test } from 'vitest';
import { minutesBetween, recordOf } from '../../../domain/history/record.ts';
import {
  chainOf,
  checkStarted,
  closed,
  confirmed,
  ended,
  frozen,
  opened,
  released,
  type SampleEvent,
  sealed,
  started,
  taken,
  unconfirmed,
} from './sample-events.ts';

const whole = chainOf(
  opened,
  frozen,
  taken,
  started(1, '01:00'),
  ended('Step done', '01:30', 3),
  checkStarted,
  confirmed,
  closed,
  sealed,
);

describe('the record begins with the ten fields of the customer, by their exact names', () => {
  test('at the end of a rollback', () => {
    expect(Object.entries(recordOf(whole)).slice(0, 10)).toEqual([
      ['rollback_id', 'r-1'],
      ['phase', 1],
      ['trigger', 'manual'],
      ['start_time', '2026-03-02T09:00:00.000Z'],
      ['completion_time', '2026-03-02T09:02:20.000Z'],
      ['duration_minutes', 2.33],
      ['data_loss', null],
      ['service_impact_minutes', null],
      ['root_cause', null],
      ['prevention_measures', null],
    ]);
  });

  test('unknown values are null from the beginning', () => {
    expect(recordOf(chainOf(opened))).toMatchObject({
      completion_time: null,
      duration_minutes: null,
      hosts: null,
      fence: null,
      restored_to: null,
      ending: null,
      problem: null,
      fleet_released: null,
    });
  });
});

describe('each event changes the record', () => {
  test('the opening: the phase, the operator and the reason', () => {
    expect(recordOf(chainOf(opened))).toMatchObject({
      phase_name: 'Databento Client',
      severity: 'HIGH',
      reason: 'bad fills',
      operator: 'ana',
      mode: 'live',
      execution_arn: 'arn:x:r-1',
      fleet: 'trading',
      steps: [],
    });
  });

  test('the opening of a whole-tree restore: the later phases that are undone too', () => {
    const [type, at, detail] = opened;
    expect(recordOf(chainOf([type, at, { ...detail, also_undone: [2, 3, 4] }])).also_undone).toEqual([2, 3, 4]);
    expect(recordOf(chainOf(opened)).also_undone).toEqual([]);
  });

  test('each flip: the overridden flags', () => {
    const flipped = (flags: object): SampleEvent => ['Flags overridden', '00:30', { flags }];
    const events = chainOf(opened, flipped({ algorithm_version: 'v1.0' }), flipped({ success_metrics: false }));
    expect(recordOf(events).flags).toEqual({ algorithm_version: 'v1.0', success_metrics: false });
  });

  test('each flip: the overrides before the first flip', () => {
    const flipped = (flags: object, before: object): SampleEvent => ['Flags overridden', '00:30', { flags, before }];
    const first = flipped({ a: 'v1', b: false }, { a: 'v2', b: null });
    expect(recordOf(chainOf(opened, first, flipped({ a: 'v0' }, { a: 'v1' }))).flags_before).toEqual({
      a: 'v2',
      b: null,
    });
  });

  test('the freezing: the number of hosts, and the hosts that were not online', () => {
    expect(recordOf(chainOf(opened, frozen))).toMatchObject({ hosts: 3, hosts_not_online: ['host-4'] });
  });

  test('the taking: the fence', () => {
    expect(recordOf(chainOf(opened, frozen, taken)).fence).toBe(7);
  });

  test('a confirmed recovery: the version that every host runs', () => {
    expect(recordOf(chainOf(opened, checkStarted, confirmed))).toMatchObject({
      restored_to: 'v1',
      steps: [{ verdict: 'done', hosts_done: 3 }],
    });
  });

  test('an unconfirmed recovery: the number of hosts that passed each check last', () => {
    const health: SampleEvent = ['Step started', '02:05', { step: 'confirm-health', attempt: 7, hosts: 3 }];
    const checks = ['confirm-recovery', 'confirm-health'];
    const good = { 'confirm-recovery': 3, 'confirm-health': 1 };
    const given: SampleEvent = ['Recovery not confirmed', '03:10', { checks, good, hosts: 3, hosts_done: 3 }];
    expect(recordOf(chainOf(opened, checkStarted, health, given)).steps).toMatchObject([
      { step: 'confirm-recovery', verdict: 'done', hosts_done: 3 },
      { step: 'confirm-health', verdict: 'failed', hosts_done: 1, attempts: 7 },
    ]);
  });

  test('an unconfirmed recovery: no restored version', () => {
    expect(recordOf(chainOf(opened, checkStarted, unconfirmed))).toMatchObject({
      restored_to: null,
      steps: [{ verdict: 'failed', hosts_done: 2 }],
    });
  });

  test('the closing: ending and problem', () => {
    const events = chainOf(opened, [
      'Rollback closed',
      '05:00',
      { ending: 'Needs a person', problem: 'host-2 (disk full)' },
    ]);
    expect(recordOf(events)).toMatchObject({
      ending: 'Needs a person',
      problem: 'host-2 (disk full)',
      duration_minutes: 5,
    });
  });

  test('a release by a person: its instant, operator and reason; completion and ending stay', () => {
    expect(recordOf(chainOf(opened, closed, sealed, released))).toMatchObject({
      fleet_released: { at: '2026-03-02T09:30:00.000Z', operator: 'bo', reason: 'host-2 mended' },
      completion_time: '2026-03-02T09:02:20.000Z',
      ending: 'Rolled back',
    });
  });

  test('waiting changes only the end of the chain', () => {
    const waited = chainOf(opened, ['Waiting for the fleet', '00:30', { holder: 'r-0' }]);
    expect(recordOf(waited)).toEqual({ ...recordOf(chainOf(opened)), events: 2, head: waited[1]?.hash });
  });
});

test('the record has the end of its chain', () => {
  expect(recordOf(whole)).toMatchObject({ events: 9, head: whole.at(-1)?.hash });
});

test('equal events give equal records', () => {
  expect(recordOf(structuredClone(whole))).toEqual(recordOf(whole));
});

test.each(whole.map((_, i) => i + 1))('the first %i events give a record', (count) => {
  const record = recordOf(whole.slice(0, count));
  expect(record).toMatchObject({ rollback_id: 'r-1', events: count });
  expect(Object.keys(record)).toEqual(Object.keys(recordOf(whole)));
  expect(Object.values(record)).not.toContain(undefined);
});

test.each([
  ['no events', [], 'The events of a rollback must begin with "Rollback opened"; found none.'],
  [
    'events without their opening',
    chainOf(closed),
    'The events of a rollback must begin with "Rollback opened"; found Rollback closed.',
  ],
])('refuses %s', (_, events, message) => {
  expect(() => recordOf(events)).toThrow(message);
});

test.each([
  ['2026-03-02T09:00:00.000Z', '2026-03-02T09:12:00.000Z', 12],
  ['2026-03-02T09:00:00.000Z', '2026-03-02T09:00:20.000Z', 0.33],
  ['2026-03-02T09:00:00.000Z', '2026-03-02T09:00:00.299Z', 0],
  ['2026-03-02T09:00:00.000Z', '2026-03-02T09:00:00.300Z', 0.01],
  ['2026-03-02T23:59:30.000Z', '2026-03-03T00:00:45.000Z', 1.25],
])('from %s to %s are %d minutes', (start, end, minutes) => {
  expect(minutesBetween(start, end)).toBe(minutes);
});

describe('the record also has', () => {
  const record = (...events: SampleEvent[]) => recordOf(chainOf(opened, ...events));

  test('the deployment that is rolled back', () => {
    const deployment = { version: 'v1.4.0', at: '2026-03-02T08:50:00.000Z' };
    const [type, at, detail] = frozen;
    expect(record([type, at, { ...detail, deployment }]).deployment).toEqual(deployment);
    expect(record(frozen).deployment).toBeNull();
  });

  test('the executions that ended because of this rollback', () => {
    expect(
      record(['Alarm repeated', '00:03', { by: 'r-2' }], ['Alarm joined', '00:04', { by: 'r-3' }]).attached,
    ).toEqual(['r-2', 'r-3']);
  });

  test('one entry per message, from the latest attempt', () => {
    const { messages } = record(
      ['Message not sent', '00:03', { message: 'initial-alert' }],
      ['Message sent', '00:04', { message: 'initial-alert' }],
      ['Message not sent', '00:05', { message: 'rollback-complete' }],
    );
    expect(messages).toEqual([
      { message: 'initial-alert', at: '2026-03-02T09:00:04.000Z', sent: true },
      { message: 'rollback-complete', at: '2026-03-02T09:00:05.000Z', sent: false },
    ]);
  });

  test('the total number of late history entries', () => {
    const late = (at: string, count: number): SampleEvent => ['History caught up', at, { late: count }];
    expect(record(late('00:03', 2), late('00:09', 5)).history_late).toBe(7);
    expect(record().history_late).toBe(0);
  });

  test.each([true, false, null])('the data_loss of the closing: %s', (data_loss) => {
    expect(record(['Rollback closed', '02:20', { ending: 'Rolled back', problem: null, data_loss }]).data_loss).toBe(
      data_loss,
    );
  });
});

describe('service impact', () => {
  const from = (breaching_since: string | null): SampleEvent => [
    opened[0],
    opened[1],
    { ...opened[2], breaching_since },
  ];
  const impact = (...events: SampleEvent[]) => recordOf(chainOf(...events)).service_impact_minutes;

  test('is counted from the first breaching datapoint to the confirmed recovery', () => {
    expect(impact(from('2026-03-02T08:59:40.000Z'), checkStarted, confirmed)).toBe(2.5);
  });

  test('is unknown without a breaching datapoint', () => {
    expect(impact(from(null), checkStarted, confirmed)).toBeNull();
  });

  test('is unknown while any alarm of the phase is red', () => {
    const [, at, detail] = confirmed;
    const stillRed: SampleEvent = ['Recovery confirmed', at as string, { ...(detail as object), impact_over: false }];
    expect(impact(from('2026-03-02T08:59:40.000Z'), checkStarted, stillRed)).toBeNull();
  });

  test('is unknown while recovery is not confirmed', () => {
    expect(impact(from('2026-03-02T08:59:40.000Z'), checkStarted, unconfirmed)).toBeNull();
  });
});
