import { describe, expect, test } from 'vitest';
import {
  calendarMistakes,
  calendarSetting,
  endingCalendars,
  readCalendar,
  sessionsOf,
  unknownVenues,
  venueNames,
  wrongVenues,
} from '../../config/calendars.ts';
import { readTriggers } from '../../config/infra.ts';
import { readYaml } from '../../config/yaml/read-yaml.ts';
import { isOpen } from '../../domain/calendar/sessions.ts';
import { calendarSchema } from '../../domain/infra/calendar-file.ts';

const iso = (instant: number) => new Date(instant).toISOString().slice(0, 16);
const openedAndClosed = (venue: string, date: string) =>
  sessionsOf(readCalendar(venue))
    .sessions.filter(({ until }) => iso(until).startsWith(date))
    .map(({ from, until }) => [iso(from), iso(until)]);

test.each(venueNames())('the calendar %s is valid', (venue) => {
  expect(sessionsOf(readCalendar(venue)).sessions.length).toBeGreaterThan(200);
});

describe('sessions follow the daylight saving of their zone', () => {
  test.each([
    ['xnys', '2026-03-06', ['2026-03-06T11:30', '2026-03-06T21:00']],
    ['xnys', '2026-03-09', ['2026-03-09T10:30', '2026-03-09T20:00']],
    ['xnys', '2026-11-27', ['2026-11-27T11:30', '2026-11-27T18:00']],
    // Over midnight: Monday's begins on Sunday, in the night in which the clocks change.
    ['cme-globex', '2026-03-09', ['2026-03-08T21:45', '2026-03-09T21:00']],
    ['cme-globex', '2026-11-02', ['2026-11-01T22:45', '2026-11-02T22:00']],
  ])('%s on %s', (venue, date, expected) => {
    expect(openedAndClosed(venue, date)).toEqual([expected]);
  });

  test('a holiday has no session, and a date that nobody wrote down counts as open', () => {
    expect(openedAndClosed('xnys', '2026-11-26')).toEqual([]);
    const calendar = sessionsOf(readCalendar('xnys'));
    const open = (at: string) => isOpen(calendar, Date.parse(at));
    expect([open('2026-11-26T16:00Z'), open('2027-12-31T16:00Z'), open('2028-01-03T03:00Z')]).toEqual([
      false,
      true,
      true,
    ]);
  });
});

test('two years of a venue, and another for one phase, are small beside the 4 KB of variables', () => {
  const venues = { all: ['xnys'], phases: { 3: ['cme-globex', 'xnys'] }, halted: 'MarketHalted' };
  const setting = calendarSetting({ venues }, { namespace: 'Trading' });
  expect(Object.keys(setting.sessions ?? {})).toEqual(['3', '*']);
  expect(setting.halted).toEqual({ namespace: 'Trading', metric: 'MarketHalted' });
  expect(JSON.stringify(setting).length).toBeLessThan(600);
  expect(calendarSetting({}, { namespace: 'Trading' })).toEqual({});
});

describe('a calendar that ends', () => {
  const venues = { all: ['cme-globex'], phases: {} };
  test.each([
    ['2026-12-17T12:00Z', []],
    ['2026-12-18T12:00Z', ['ends on 2026-12-31']],
    ['2027-01-01T12:00Z', ['ended on 2026-12-31']],
  ])('warns from 14 days before: %s', (now, expected) => {
    const found = endingCalendars({ venues }, Date.parse(now));
    expect(found).toHaveLength(expected.length);
    for (const [i, words] of expected.entries()) expect(found[i]).toContain(`infra/calendar/cme-globex.yaml ${words}`);
  });
});

describe('a mistake names its line', () => {
  const lines = [
    'name: Venue',
    'zone: Europe/Berlin',
    'known: { from: 2026-01-01, until: 2026-12-31 }',
    'days: [mon, tue, wed, thu, fri]',
    'pre_open: "08:00"',
    'open: "09:00"',
    'close: "17:30"',
    'half_days: { 2026-12-30: "14:00" }',
    'holidays: [2026-12-25]',
  ];
  const found = (line: number, text: string): readonly string[] => {
    const changed = lines.with(line - 1, text).join('\n');
    try {
      return calendarMistakes(readYaml(calendarSchema, 'v.yaml', changed));
    } catch (error) {
      return (error as Error).message.split('\n');
    }
  };
  test.each([
    [2, 'zone: Europe/Berlim', 'v.yaml:2: zone: expected a time zone that exists, found Europe/Berlim'],
    [
      3,
      'known: { from: 2026-01-01, until: 2026-02-30 }',
      'v.yaml:3: known.until: expected a date that exists, found 2026-02-30',
    ],
    [6, 'open: "07:00"', 'v.yaml:6: open: expected a time that is not before pre_open (08:00), found 07:00'],
    [7, 'close: "08:30"', 'v.yaml:7: close: expected a time after open (09:00), found 08:30'],
    [
      8,
      'half_days: { 2026-12-30: "18:00" }',
      'v.yaml:8: half_days.2026-12-30: expected a time between open (09:00) and close (17:30), found 18:00',
    ],
    [
      9,
      'holidays: [2026-12-26]',
      'v.yaml:9: holidays.0: expected a date on one of mon, tue, wed, thu, fri, found 2026-12-26, a sat',
    ],
    [
      9,
      'holidays: [2027-12-24]',
      'v.yaml:9: holidays.0: expected a date from 2026-01-01 to 2026-12-31, found 2027-12-24',
    ],
    [
      9,
      'holidays: [2026-12-30]',
      'v.yaml:8: half_days.2026-12-30: expected a date that is no holiday, found 2026-12-30, which is one',
    ],
    [9, 'holidays: [2026-12-25, 2026-12-25]', 'v.yaml:9: holidays.1: expected each date once, found 2026-12-25 again'],
  ])('%i: %s', (line, text, sentence) => {
    expect(found(line, text)).toEqual([sentence]);
  });
  test('and there is none', () => {
    expect(found(1, 'name: Venue')).toEqual([]);
  });
});

test('a venue without a calendar is named with its line', () => {
  const lines: string[] = [];
  const mistake = (path: readonly PropertyKey[], sentence: string) => {
    lines.push(path.join('.'));
    return sentence;
  };
  const venues = { all: ['xnys', 'xlon'], phases: { 3: ['xnys'] } };
  expect(unknownVenues({ value: { venues }, mistake })).toEqual([
    'expected a file infra/calendar/xlon.yaml, found none; there are cme-globex, xnys',
  ]);
  expect(lines).toEqual(['venues.all.1']);
});

describe('the venues of an environment are refused if', () => {
  const mistake = (path: readonly PropertyKey[], sentence: string) => `${path.join('.')}: ${sentence}`;
  const triggers = readTriggers();
  const wrong = (venues: { phases?: Record<string, string[]>; halted?: string }) =>
    wrongVenues({ value: { venues: { all: ['xnys'], phases: {}, ...venues } }, mistake }, [1, 2], triggers);

  test('a trigger watches the metric of a halt', () => {
    expect(wrong({ halted: 'DataIntegrityErrors' })).toEqual([
      'venues.halted: expected a metric that no trigger watches, found DataIntegrityErrors of data_corruption: its breach would read as a halt',
    ]);
  });

  test('a phase has no runbook', () => {
    expect(wrong({ phases: { 9: ['xnys'] } })).toEqual([
      'venues.phases.9: expected a phase that has a runbook (1, 2), found 9',
    ]);
  });

  test('and not if both fit', () => {
    expect(wrong({ phases: { 2: ['xnys'] }, halted: 'MarketHalted' })).toEqual([]);
    expect(wrong({})).toEqual([]);
  });
});
