import { describe, expect, test } from 'vitest';
import { sessionsOf } from '../../config/calendars.ts';
import { comparableWindow } from '../../domain/calendar/comparable-session.ts';
import { isExpectedSilence, mustPublish } from '../../domain/calendar/expected-silence.ts';
import { joinedSessions } from '../../domain/calendar/joined-sessions.ts';
import { afterSessionTime, type Sessions, sessionTime } from '../../domain/calendar/sessions.ts';
import { shutDownUntil } from '../../domain/calendar/shut-down.ts';
import type { CalendarFile } from '../../domain/infra/calendar-file.ts';

const venue = (zone: string): Sessions =>
  sessionsOf({
    ...{ name: zone, zone, known: { from: '2026-01-01', until: '2026-12-31' } },
    ...{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], pre_open: '07:00', open: '08:00', close: '16:30' },
    ...{ half_days: {}, holidays: [] },
  } as CalendarFile);
const calendars = { 'New York': venue('America/New_York'), London: venue('Europe/London') };
const [minute, hour] = [60_000, 3600_000];
const at = (text: string) => Date.parse(`2026-${text}:00Z`);
const iso = (instant: number | undefined) => instant && new Date(instant).toISOString().slice(5, 16);

// New York changes its clocks on 8 March and 1 November, London on 29 March and 25 October: for weeks they are an hour off.
describe('over the weekend on which the clocks change', () => {
  test.each([
    ['New York', '03-06T21:30', '03-09T11:00'],
    ['New York', '10-30T20:30', '11-02T12:00'],
    ['London', '03-27T16:30', '03-30T06:00'],
    ['London', '10-23T15:30', '10-26T07:00'],
    ['London', '03-06T16:30', '03-09T07:00'], // only New York changes
  ] as const)(
    '%s closes at %s and has its pre-open at %s UTC: silence is expected, and no session time passes',
    (city, close, preOpen) => {
      const calendar = calendars[city];
      const [friday, monday] = [at(close), at(preOpen)];
      expect(iso(shutDownUntil([calendar], friday + minute))).toBe(preOpen);
      expect(isExpectedSilence(calendar, new Date(friday + 2 * minute).toISOString(), monday - minute)).toBe(true);
      expect(sessionTime(calendar, friday, monday)).toBe(0);
      expect([mustPublish(calendar, monday + 4 * minute), mustPublish(calendar, monday + 5 * minute)]).toEqual([
        false,
        true,
      ]);
      // A watch window of four hours that began two hours before the close ends two hours after the pre-open.
      expect(afterSessionTime(calendar, friday - 2 * hour, 4 * hour)).toBe(monday + 2 * hour);
      // The baseline of Monday, an hour after the pre-open, is Friday at the same local time.
      const window = comparableWindow(calendar, monday + hour, friday + hour);
      expect(window && (window.from + window.until) / 2).toBe(friday - 8.5 * hour);
    },
  );
});

test.each([
  ['in winter', '02-02T07:00', '02-02T21:30'],
  ['while only New York has changed', '03-10T07:00', '03-10T20:30'],
  ['once both have', '04-07T06:00', '04-07T20:30'],
  ['while only London has changed back', '10-27T07:00', '10-27T20:30'],
])("a phase at both venues is in session from London's pre-open to New York's close: %s", (_, from, until) => {
  const joined = joinedSessions(Object.values(calendars));
  const session = joined.sessions.find((one) => one.from <= at(from) && at(from) < one.until);
  expect([iso(session?.from), iso(session?.until)]).toEqual([from, until]);
});
