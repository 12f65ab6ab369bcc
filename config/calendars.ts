import { basename } from 'node:path';
import { Temporal } from 'temporal-polyfill';
import { type CalendarSetting, sessionMinutes } from '../domain/calendar/calendar-setting.ts';
import { joinedSessions } from '../domain/calendar/joined-sessions.ts';
import type { Sessions, Stretch } from '../domain/calendar/sessions.ts';
import { type CalendarFile, calendarSchema, type Venues, weekdays } from '../domain/infra/calendar-file.ts';
import type { Environment } from '../domain/infra/environment.ts';
import type { Triggers } from '../domain/infra/triggers-file.ts';
import { packed } from '../domain/packed-text.ts';
import { filesIn, inInfra, isThere, read } from './infra-files.ts';
import { InvalidFile } from './yaml/invalid-file.ts';
import { readEach, readYaml, type YamlFile } from './yaml/read-yaml.ts';

export const calendarsIn = inInfra('calendar');

/** Returns the path of a venue's file. The file may not exist. */
export const calendarFile = (venue: string): string => `${calendarsIn}/${venue}.yaml`;

/** Returns the names of all venues that have a calendar. A repository without one needs no folder. */
export const venueNames = (): string[] =>
  isThere(calendarsIn)
    ? filesIn(calendarsIn)
        .filter((file) => file.endsWith('.yaml'))
        .map((file) => basename(file, '.yaml'))
    : [];

/** Reads a venue's calendar. Throws InvalidFile. */
export function readCalendar(venue: string): CalendarFile {
  const file = readYaml(calendarSchema, calendarFile(venue), read(calendarFile(venue)));
  const mistakes = calendarMistakes(file);
  if (mistakes.length > 0) throw new InvalidFile(mistakes);
  return file.value;
}

/** Checks every file of infra/calendar. Throws InvalidFile. */
export function readCalendars(): void {
  const { mistakes } = readEach(venueNames().map((venue) => () => readCalendar(venue)));
  if (mistakes.length > 0) throw new InvalidFile(mistakes);
}

/** A misspelt date would be an open market on a holiday, or the reverse; so each must be a date on which a session could end. */
export function calendarMistakes({ value, mistake }: YamlFile<CalendarFile>): string[] {
  const { zone, days, known, holidays, half_days } = value;
  if (!isZone(zone)) return [mistake(['zone'], `expected a time zone that exists, found ${zone}`)];
  const wrong = (at: readonly PropertyKey[], text: string): string[] => {
    const date = dateOf(text);
    if (!date) return [mistake(at, `expected a date that exists, found ${text}`)];
    if (text < known.from || text > known.until)
      return [mistake(at, `expected a date from ${known.from} to ${known.until}, found ${text}`)];
    const day = dayOf(date);
    return days.includes(day)
      ? []
      : [mistake(at, `expected a date on one of ${days.join(', ')}, found ${text}, a ${day}`)];
  };
  const ends = (['from', 'until'] as const).filter((end) => !dateOf(known[end]));
  if (ends.length > 0)
    return ends.map((end) => mistake(['known', end], `expected a date that exists, found ${known[end]}`));
  return [
    ...timeMistakes({ value, mistake }),
    ...holidays.flatMap((date, i) => wrong(['holidays', i], date)),
    ...holidays.flatMap((date, i) =>
      holidays.indexOf(date) === i ? [] : [mistake(['holidays', i], `expected each date once, found ${date} again`)],
    ),
    ...Object.keys(half_days).flatMap((date) => wrong(['half_days', date], date)),
    ...Object.keys(half_days).flatMap((date) =>
      holidays.includes(date)
        ? [mistake(['half_days', date], `expected a date that is no holiday, found ${date}, which is one`)]
        : [],
    ),
  ];
}

/** The order is pre-open, open, close; the first two may be on the evening before. */
function timeMistakes({ value, mistake }: Pick<YamlFile<CalendarFile>, 'value' | 'mistake'>): string[] {
  const { pre_open, open, close, half_days } = value;
  const minutes = [beforeMidnight(pre_open, close), beforeMidnight(open, close), minutesOf(close)] as const;
  if (pre_open < close && close <= open)
    return [mistake(['close'], `expected a time after open (${open}), found ${close}`)];
  if (minutes[0] > minutes[1])
    return [mistake(['open'], `expected a time that is not before pre_open (${pre_open}), found ${open}`)];
  if (minutes[2] - minutes[0] > 24 * 60 || minutes[0] === minutes[2])
    return [mistake(['close'], `expected a time other than pre_open (${pre_open}), found ${close}`)];
  return Object.entries(half_days).flatMap(([date, end]) =>
    minutesOf(end) > minutes[1] && minutesOf(end) < minutes[2]
      ? []
      : [mistake(['half_days', date], `expected a time between open (${open}) and close (${close}), found ${end}`)],
  );
}

const minutesOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** Returns the minutes of a time from midnight of the day on which the session ends; negative: on the evening before. */
const beforeMidnight = (time: string, close: string) => minutesOf(time) - (time > close ? 24 * 60 : 0);

function dateOf(text: string): Temporal.PlainDate | undefined {
  try {
    return Temporal.PlainDate.from(text);
  } catch {
    return undefined;
  }
}

const dayOf = (date: Temporal.PlainDate) => weekdays[date.dayOfWeek - 1] ?? 'mon';

function isZone(zone: string): boolean {
  try {
    Temporal.PlainDate.from('2026-01-01').toZonedDateTime(zone);
    return true;
  } catch {
    return false;
  }
}

/**
 * Returns a venue's sessions as instants. A time that daylight saving skips is moved forward, and of a time that comes twice
 * the first is taken, as RFC 5545 has it.
 */
export function sessionsOf({ zone, known, days, pre_open, close, half_days, holidays }: CalendarFile): Sessions {
  const at = (date: Temporal.PlainDate, time: string) =>
    date.toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from(time) }).epochMilliseconds;
  const last = Temporal.PlainDate.from(known.until);
  const sessions: Stretch[] = [];
  for (
    let date = Temporal.PlainDate.from(known.from);
    Temporal.PlainDate.compare(date, last) <= 0;
    date = date.add({ days: 1 })
  ) {
    const text = date.toString();
    if (!days.includes(dayOf(date)) || holidays.includes(text)) continue;
    const evening = pre_open > close ? date.subtract({ days: 1 }) : date;
    sessions.push({ from: at(evening, pre_open), until: at(date, half_days[text] ?? close) });
  }
  const from = at(Temporal.PlainDate.from(known.from), '00:00');
  // The first session may begin on the evening before the first date; what is before that date counts as open anyway.
  const within = sessions.map((one) => ({ ...one, from: Math.max(one.from, from) }));
  return { from, until: at(last.add({ days: 1 }), '00:00'), sessions: within };
}

/** Returns one sentence per venue of an environment that has no calendar. */
export function unknownVenues({
  value: { venues },
  mistake,
}: Pick<YamlFile<Pick<Environment, 'venues'>>, 'value' | 'mistake'>): string[] {
  const known = venueNames();
  const wrong = (names: readonly string[], at: readonly PropertyKey[]) =>
    names.flatMap((name, i) =>
      known.includes(name)
        ? []
        : [
            mistake(
              [...at, i],
              `expected a file ${calendarFile(name)}, found none; there are ${known.join(', ') || 'none'}`,
            ),
          ],
    );
  return [
    ...wrong(venues?.all ?? [], ['venues', 'all']),
    ...Object.entries(venues?.phases ?? {}).flatMap(([phase, names]) => wrong(names, ['venues', 'phases', phase])),
  ];
}

/**
 * Returns why an environment's venues do not fit to its phases and triggers: one sentence per phase that has no runbook, and one if the
 * metric of a venue's halt is a trigger's, because a breach would read as a halt.
 */
export function wrongVenues(
  { value: { venues }, mistake }: Pick<YamlFile<Pick<Environment, 'venues'>>, 'value' | 'mistake'>,
  phases: readonly number[],
  triggers: Triggers | undefined,
): string[] {
  const metrics = Object.entries(triggers?.triggers ?? {}).flatMap(([name, { alarms }]) =>
    alarms.some(({ metric }) => metric === venues?.halted) ? [name] : [],
  );
  return [
    ...Object.keys(venues?.phases ?? {})
      .filter((phase) => phases.length > 0 && !phases.includes(Number(phase)))
      .map((phase) =>
        mistake(
          ['venues', 'phases', phase],
          `expected a phase that has a runbook (${phases.join(', ')}), found ${phase}`,
        ),
      ),
    ...metrics.map((trigger) =>
      mistake(
        ['venues', 'halted'],
        `expected a metric that no trigger watches, found ${venues?.halted} of ${trigger}: its breach would read as a halt`,
      ),
    ),
  ];
}

/** Days before a calendar's end from which people are warned: every date after the end counts as open. */
const warnedDays = 14;

/** Returns one sentence per calendar of an environment that ends within 14 days or has ended. Throws InvalidFile. */
export function endingCalendars({ venues }: Pick<Environment, 'venues'>, now: number): string[] {
  const names = new Set([...(venues?.all ?? []), ...Object.values(venues?.phases ?? {}).flat()]);
  return [...names].flatMap((name) => {
    const { zone, known } = readCalendar(name);
    const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone).toPlainDate();
    if (today.until(Temporal.PlainDate.from(known.until)).days >= warnedDays) return [];
    const ended = today.toString() > known.until;
    return [
      `The calendar ${calendarFile(name)} ${ended ? 'ended' : 'ends'} on ${known.until}. After that every hour counts as open, so a nightly shutdown is taken for lost hosts. Add the next year's dates, set known.until, and deploy (docs/trading.md).`,
    ];
  });
}

/** Reads the sessions of an environment's phases, by phase and `*`; undefined if it names no venues. Throws InvalidFile. */
export function readSessions(venues: Venues | undefined): Readonly<Record<string, Sessions>> | undefined {
  if (!venues) return undefined;
  const of = (names: readonly string[]) => joinedSessions(names.map((name) => sessionsOf(readCalendar(name))));
  return {
    '*': of(venues.all),
    ...Object.fromEntries(Object.entries(venues.phases).map(([phase, names]) => [phase, of(names)])),
  };
}

/** Returns the calendar that functions receive; empty if the environment names no venues. Throws InvalidFile. */
export function calendarSetting(
  { venues }: Pick<Environment, 'venues'>,
  { namespace }: Pick<Triggers, 'namespace'>,
): CalendarSetting {
  const read = Object.entries(readSessions(venues) ?? {});
  if (read.length === 0) return {};
  const sessions = Object.fromEntries(read.map(([of, one]) => [of, packed(JSON.stringify(sessionMinutes(one)))]));
  return { sessions, ...(venues?.halted ? { halted: { namespace, metric: venues.halted } } : {}) };
}
