import { describe, expect, test } from 'vitest';
import { type Watch, watched } from '../../../domain/decision/watched.ts';

const at = '2026-03-02T09:00:00.000Z';
const until = '2026-03-02T13:00:00.000Z';
const green = { alarm: 'rollback-test-phase-1-data_corruption', state: 'OK', changes: [] };
const watch: Watch = {
  deployment: { version: 'v1.4.0', at },
  until,
  later: [],
  rollbacks: [],
  missed: false,
  alarms: [green],
  countsBlind: (alarm) => alarm.includes('system_failure'),
};
const change = (minute: number, from: string, to: string) => ({
  at: new Date(Date.parse(at) + minute * 60_000).toISOString(),
  from,
  to,
});
const blind = { ...green, alarm: 'rollback-test-phase-1-system_failure' };

describe('a deployment is verified', () => {
  test.each<[string, Partial<Watch>]>([
    ['if every alarm was green all the time', {}],
    [
      'if an alarm is red after its window',
      { alarms: [{ ...green, state: 'ALARM', changes: [change(241, 'OK', 'ALARM')] }] },
    ],
    ['if an alarm that ignores missing data had none', { alarms: [{ ...green, state: 'INSUFFICIENT_DATA' }] }],
    ['if the next one came after its window', { later: [{ version: 'v1.4.1', at: '2026-03-02T13:00:00.001Z' }] }],
    [
      'if it was only silent while the market was closed',
      {
        calendar: { from: Date.parse(at), until: Date.parse(until), sessions: [] },
        alarms: [{ ...blind, changes: [{ ...change(10, 'OK', 'ALARM'), silent: true }, change(200, 'ALARM', 'OK')] }],
      },
    ],
    [
      'if a rollback ended before it',
      {
        rollbacks: [{ rollback: 'r-1', start_time: '2026-03-02T08:00:00.000Z', ended_at: '2026-03-02T08:59:59.999Z' }],
      },
    ],
  ])('%s', (_, changes) => {
    expect(watched({ ...watch, ...changes })).toEqual({
      verified: true,
      why: 'no alarm of its phase was red until 2026-03-02T13:00:00.000Z',
    });
  });
});

describe('a deployment is not verified', () => {
  const ran = (start_time: string, ended_at: string | null) => ({
    rollbacks: [{ rollback: 'r-1', start_time, ended_at }],
  });
  test.each<[string, Partial<Watch>, string]>([
    [
      'if an alarm was red for a second',
      { alarms: [green, { ...green, changes: [change(7, 'OK', 'ALARM'), change(8, 'ALARM', 'OK')] }] },
      'rollback-test-phase-1-data_corruption was in ALARM at 2026-03-02T09:07:00.000Z',
    ],
    [
      'if an alarm is red since before it',
      { alarms: [{ ...green, state: 'ALARM' }] },
      'rollback-test-phase-1-data_corruption was in ALARM at 2026-03-02T09:00:00.000Z',
    ],
    [
      'if an alarm of a trigger that acts without data had none',
      { alarms: [{ ...blind, changes: [change(5, 'OK', 'INSUFFICIENT_DATA')] }] },
      'rollback-test-phase-1-system_failure was in INSUFFICIENT_DATA at 2026-03-02T09:05:00.000Z',
    ],
    ['if its phase has no alarm: nothing is known', { alarms: [] }, 'its phase has no alarm'],
    [
      'if another one took its place',
      { later: [{ version: 'v1.4.1', at: '2026-03-02T10:00:00.000Z' }] },
      'v1.4.1 took its place at 2026-03-02T10:00:00.000Z, in its watch window',
    ],
    [
      'if a rollback acted',
      ran('2026-03-02T09:05:00.000Z', '2026-03-02T09:20:00.000Z'),
      'rollback r-1 acted in its watch window',
    ],
    [
      'if it was recorded in mid-rollback',
      ran('2026-03-02T08:55:00.000Z', at),
      'rollback r-1 acted in its watch window',
    ],
    ['if a rollback has not ended', ran('2026-03-02T08:55:00.000Z', null), 'rollback r-1 acted in its watch window'],
  ])('%s', (_, changes, why) => {
    expect(watched({ ...watch, ...changes })).toEqual({ verified: false, why });
  });
});
