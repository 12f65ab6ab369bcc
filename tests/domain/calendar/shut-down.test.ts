import { expect, test } from 'vitest';
import type { Sessions } from '../../../domain/calendar/sessions.ts';
import { isEveryHostOff, shutDownUntil } from '../../../domain/calendar/shut-down.ts';

const hour = 3600_000;
/** A calendar of three days with sessions from one hour to another, each day. */
const daily = (from: number, until: number): Sessions => ({
  ...{ from: 0, until: 72 * hour },
  sessions: [0, 24, 48].map((day) => ({ from: (day + from) * hour, until: (day + until) * hour })),
});

test.each([
  ['in session', [daily(9, 17)], 10, undefined],
  ['at the close', [daily(9, 17)], 17, 33],
  ['in the night', [daily(9, 17)], 20, 33],
  ['while another phase trades', [daily(9, 17), daily(16, 23)], 20, undefined],
  ['before the earlier pre-open of two phases', [daily(9, 17), daily(7, 15)], 20, 31],
  ['for a phase without a calendar', [daily(9, 17), undefined], 20, undefined],
  ['after the end of the calendar', [daily(9, 17)], 80, undefined],
  ['without a phase', [], 20, undefined],
] as const)('hosts may be shut down until the next pre-open: %s', (_, calendars, at, until) => {
  expect(shutDownUntil(calendars, at * hour)).toBe(until === undefined ? undefined : until * hour);
});

test.each([
  ['none runs', [false, false], true, true],
  ['one runs', [false, true], true, false],
  ['EC2 does not respond', [false, false], false, false],
  ['the inventory is empty', [], true, false],
])('no host of the fleet runs: %s', (_, online, complete, off) => {
  expect(isEveryHostOff({ hosts: online.map((one) => ({ online: one })), complete })).toBe(off);
});
