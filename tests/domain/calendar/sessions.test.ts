import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sessionMinutes, sessionsFrom, sessionsIn } from '../../../domain/calendar/calendar-setting.ts';
import { comparableWindow } from '../../../domain/calendar/comparable-session.ts';
import { countedInSession, isExpectedSilence, mustPublish } from '../../../domain/calendar/expected-silence.ts';
import { joinedSessions } from '../../../domain/calendar/joined-sessions.ts';
import {
  afterSessionTime,
  beforeSessionTime,
  isOpen,
  nextOpen,
  type Sessions,
  sessionTime,
} from '../../../domain/calendar/sessions.ts';
import { packed } from '../../../domain/packed-text.ts';

const at = (text: string) => Date.parse(`2026-03-${text}:00Z`);
const iso = (instant: number) => new Date(instant).toISOString();
const session = (from: string, until: string) => ({ from: at(from), until: at(until) });
const [minute, hour] = [60_000, 3600_000];

/** Monday the 2nd to Friday the 13th; the 11th is a half day, the 6th a holiday. */
const calendar: Sessions = {
  from: at('02T00:00'),
  until: at('14T00:00'),
  sessions: [
    ...['02', '03', '04', '05', '09', '10'].map((day) => session(`${day}T08:00`, `${day}T16:00`)),
    session('11T08:00', '11T12:00'),
    ...['12', '13'].map((day) => session(`${day}T08:00`, `${day}T16:00`)),
  ],
};

test.each([
  ['in session', '05T10:00', true],
  ['at the pre-open', '05T08:00', true],
  ['at the close', '05T16:00', false],
  ['on a holiday', '06T10:00', false],
  ['after the end of a half day', '11T12:30', false],
  ['before the calendar begins: an unknown date counts as open', '01T23:00', true],
  ['after the calendar has ended', '20T23:00', true],
])('%s', (_, when, open) => {
  expect(isOpen(calendar, at(when))).toBe(open);
});

describe('session time', () => {
  test.each([
    ['in one session', '05T09:00', '05T10:30', 1.5],
    ['over a holiday and a weekend', '05T17:00', '09T09:31', 1 + 31 / 60],
    ['of a closed time', '05T17:00', '06T17:00', 0],
    ['past the end of the calendar, where all time counts', '13T15:00', '14T02:00', 3],
    ['backwards', '05T10:00', '05T09:00', 0],
  ])('%s', (_, from, to, hours) => {
    expect(sessionTime(calendar, at(from), at(to)) / hour).toBeCloseTo(hours, 9);
  });

  test('is all time without a calendar', () => {
    expect(sessionTime(undefined, at('05T17:00'), at('09T17:00'))).toBe(96 * hour);
    expect(afterSessionTime(undefined, at('05T17:00'), hour)).toBe(at('05T18:00'));
  });

  test('that a release of Thursday evening has had when the market opens on Monday is none', () => {
    expect(iso(nextOpen(calendar, at('05T20:00')))).toBe('2026-03-09T08:00:00.000Z');
    expect(iso(afterSessionTime(calendar, at('05T20:00'), 4 * hour))).toBe('2026-03-09T12:00:00.000Z');
    expect(iso(beforeSessionTime(calendar, at('09T08:30'), hour))).toBe('2026-03-05T15:30:00.000Z');
  });

  test('is what afterSessionTime and beforeSessionTime count, whatever the sessions', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 2000 }), { minLength: 1, maxLength: 30 });
    const instant = fc.integer({ min: -3000, max: 40_000 });
    fc.assert(
      fc.property(lengths, instant, fc.integer({ min: 0, max: 5000 }), (minutes, since, length) => {
        const sessions = sessionsFrom({ from: 0, minutes: minutes.length % 2 ? minutes : [...minutes, 1] });
        const [start, passes] = [since * minute, length * minute];
        const end = afterSessionTime(sessions, start, passes);
        expect(sessionTime(sessions, start, end)).toBe(passes);
        if (passes > 0) expect(sessionTime(sessions, start, end - 1)).toBeLessThan(passes);
        expect(sessionTime(sessions, beforeSessionTime(sessions, start, passes), start)).toBe(passes);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the last comparable session', () => {
  const window = (when: string, before = when) => {
    const found = comparableWindow(calendar, at(when), at(before));
    return found && [iso(found.from).slice(8, 16), iso(found.until).slice(8, 16)];
  };
  test.each([
    ['is that before the holiday and the weekend', '09T10:00', '09T10:00', ['05T09:30', '05T10:30']],
    ['ended before the deployment: a later one ran the new version', '10T10:00', '05T20:00', ['05T09:30', '05T10:30']],
    ['is no half day', '12T10:00', '12T10:00', ['10T09:30', '10T10:30']],
    ['begins with the pre-open', '09T08:10', '09T08:10', ['05T08:00', '05T08:40']],
    ['of a half day without one before it is a full day', '11T10:00', '11T10:00', ['10T09:30', '10T10:30']],
  ])('%s', (_, when, before, expected) => {
    expect(window(when, before)).toEqual(expected);
  });

  test('is unknown on the first day, and while the market is closed', () => {
    expect([window('02T10:00'), window('07T10:00'), window('20T10:00')]).toEqual([undefined, undefined, undefined]);
  });
});

describe('silence', () => {
  test.each([
    ['through the night is expected', '05T16:01', '06T03:00', true],
    ['over a weekend, and for five minutes of the session', '05T16:01', '09T08:04', true],
    ['five minutes after the pre-open counts', '05T16:01', '09T08:05', false],
    ['that began in session counts, also after the close', '05T15:59', '05T20:00', false],
    ['on an unknown date counts', '20T03:00', '20T03:00', false],
  ])('%s', (_, changed, now, expected) => {
    expect(isExpectedSilence(calendar, `2026-03-${changed}:00Z`, at(now))).toBe(expected);
  });

  test('counts at any hour without a calendar', () => {
    expect(isExpectedSilence(undefined, '2026-03-05T16:01:00Z', at('05T16:02'))).toBe(false);
  });

  const cause = { silent: true, alarm: {}, start_time: '2026-03-05T16:01:00.000Z' };
  test('that lasts into the session starts its limits five minutes after the pre-open', () => {
    const later = countedInSession(calendar, cause, '2026-03-09T08:06:00Z');
    expect(later.start_time).toBe('2026-03-09T08:05:00.000Z');
    expect(countedInSession(calendar, cause, '2026-03-05T16:02:00Z')).toBe(cause);
    expect(countedInSession(calendar, { ...cause, silent: false }, '2026-03-09T08:06:00Z').start_time).toBe(
      cause.start_time,
    );
  });

  test('hosts must publish once the market has been open for five minutes', () => {
    expect(['05T08:04', '05T08:05', '05T16:01'].map((when) => mustPublish(calendar, at(when)))).toEqual([
      false,
      true,
      false,
    ]);
  });
});

describe('a calendar of several venues', () => {
  const other: Sessions = {
    from: at('03T00:00'),
    until: at('05T00:00'),
    sessions: [session('02T22:00', '03T10:00'), session('04T15:00', '04T20:00')],
  };
  test('is in session while any venue is, and covers only what all cover', () => {
    expect(joinedSessions([calendar, other])).toEqual({
      from: at('03T00:00'),
      until: at('05T00:00'),
      sessions: [session('03T00:00', '03T16:00'), session('04T08:00', '04T20:00')],
    });
  });
});

describe('the setting of functions', () => {
  test('gives the same sessions back, packed or plain', () => {
    const plain = sessionMinutes(calendar);
    expect(sessionsIn({ '*': plain })(1)).toEqual(calendar);
    expect(sessionsIn({ '*': packed(JSON.stringify(plain)) })(7)).toEqual(calendar);
  });

  test('has sessions of a phase of its own, and none without a calendar', () => {
    const short = sessionMinutes({ ...calendar, sessions: calendar.sessions.slice(0, 1) });
    const of = sessionsIn({ '*': sessionMinutes(calendar), 3: short });
    expect([of(3)?.sessions.length, of(4)?.sessions.length]).toEqual([1, 9]);
    expect([sessionsIn({})(1), sessionsIn(undefined)(1)]).toEqual([undefined, undefined]);
  });
});
