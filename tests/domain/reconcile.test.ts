import { describe, expect, test } from 'vitest';
import { type AlarmTransition, parseAlarmEvent } from '../../domain/alarm-event.ts';
import { type Held, type Look, rebuiltEvent, reconcile } from '../../domain/reconcile.ts';

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
const live = { phase: 1, rollback: 'r-1', execution_arn: 'arn:r-1', status: 'RUNNING', waiting: null };
const lock: Held = {
  fleet: 'trading',
  rollback: 'r-1',
  execution_arn: 'arn:r-1',
  phase: 1,
  fence: 7,
  status: 'RUNNING',
  ending: null,
};
const quiet: Look = { now, red: [], answered: new Set(), open: [], held: [], returned: [] };
const actions = (changes: Partial<Look>) => reconcile({ ...quiet, ...changes });
const key = (changed_at: string) => `rollback-local-phase-1-data_corruption@2026-03-02T${changed_at}Z`;

describe('a red alarm', () => {
  test('that nobody answered for 90 s was lost: its rollback is started', () => {
    const lost = alarm('09:08:30.000');
    expect(actions({ red: [lost] })).toEqual([{ type: 'start', alarm: lost }]);
  });

  test.each([
    ['is younger than 90 s', { red: [alarm('09:08:30.001')] }],
    ['was answered', { red: [alarm('09:00:00.000')], answered: new Set([key('09:00:00.000')]) }],
  ])('that %s is left alone', (_, changes) => {
    expect(actions(changes)).toEqual([]);
  });

  test('that was answered for an earlier change is started for this one', () => {
    const again = alarm('09:05:00.000');
    expect(actions({ red: [again], answered: new Set([key('09:00:00.000')]) })).toMatchObject([{ type: 'start' }]);
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
        why: `Its execution ended ${status} without closing it.`,
      },
    ]);
  });

  test('whose execution runs is left alone', () => {
    expect(actions({ open: [live], held: [lock] })).toEqual([]);
  });
});

describe('a held fleet', () => {
  const held = (changes: Partial<Held>) => actions({ held: [{ ...lock, ...changes }] });

  test('whose rollback ended well is freed', () => {
    expect(held({ status: 'SUCCEEDED', ending: 'Rolled back' })).toEqual([
      { type: 'free', fleet: 'trading', rollback: 'r-1', fence: 7 },
    ]);
  });

  test('whose rollback runs is left alone, whatever its record says', () => {
    expect(held({ ending: undefined })).toEqual([]);
  });

  test('of which there is no record is told to people, and stays held', () => {
    expect(held({ status: 'ABORTED', ending: undefined })).toEqual([
      {
        type: 'page',
        message: 'needs-a-person',
        phase: 1,
        rollback: 'r-1',
        why: 'Fleet trading is held by r-1, of which there is no record.',
      },
    ]);
  });

  test('whose rollback needs a person stays held, and the person is told', () => {
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

  test('whose rollback stopped without an ending is closed, though another holds the phase by now', () => {
    const other = { ...live, rollback: 'r-2', execution_arn: 'arn:r-2' };
    expect(actions({ open: [other], held: [{ ...lock, status: 'ABORTED' }] })).toMatchObject([
      { type: 'close', phase: 1, rollback: 'r-1', execution_arn: 'arn:r-1' },
    ]);
  });

  test('of an open rollback that stopped is closed once', () => {
    const status = 'ABORTED';
    expect(actions({ open: [{ ...live, status }], held: [{ ...lock, status }] })).toHaveLength(1);
  });
});

describe('a rollback that waits for a held fleet', () => {
  const waiting = { severity: 'CRITICAL' as const, since: '2026-03-02T09:08:59.999Z', fleet: 'trading' };
  const waits = (change: Partial<typeof waiting> | { severity: 'HIGH' } = {}, holder: Partial<Held> = {}) =>
    actions({
      open: [{ ...live, rollback: 'r-2', phase: 2, waiting: { ...waiting, ...change } }],
      held: [{ ...lock, ...holder }],
    });

  test('for more than a minute, and is CRITICAL, pages with who holds it and how to stop that one', () => {
    expect(waits()).toEqual([
      {
        type: 'page',
        message: 'fleet-held',
        phase: 2,
        rollback: 'r-2',
        why: 'It has waited since 2026-03-02T09:08:59.999Z for fleet trading, which rollback r-1 of phase 1 holds. That one still runs: let it end, or stop it (aws stepfunctions stop-execution --execution-arn arn:r-1) and then release the fleet: npm run rollback -- release --rollback r-1 --operator YOU --reason WHY',
      },
    ]);
  });

  test('says only how to release it where the holder has ended', () => {
    const [, page] = waits({}, { status: 'FAILED', ending: 'Needs a person' });
    expect(page).toMatchObject({
      message: 'fleet-held',
      why: expect.stringMatching(/That one ended FAILED: .*release/),
    });
  });

  test.each<[string, Parameters<typeof waits>[0]]>([
    ['for less than a minute', { since: '2026-03-02T09:09:00.000Z' }],
    ['and is not CRITICAL', { severity: 'HIGH' }],
    ['for another fleet', { fleet: 'other' }],
  ])('%s does not page', (_, change) => {
    expect(waits(change)).toEqual([]);
  });
});

test('everything that is wrong is put right in one go', () => {
  const all = actions({
    red: [alarm('09:00:00.000')],
    open: [{ ...live, status: 'ABORTED' }],
    held: [{ ...lock, rollback: 'r-0', execution_arn: 'arn:r-0', status: 'SUCCEEDED', ending: 'Rolled back' }],
  });
  expect(all.map(({ type }) => type)).toEqual(['start', 'close', 'free']);
});

test('an event that is rebuilt says what the lost one said', () => {
  const lost = alarm('09:00:00.123');
  expect(parseAlarmEvent(rebuiltEvent(lost, 'arn:aws:cloudwatch:x'), 1)).toEqual(lost);
});
