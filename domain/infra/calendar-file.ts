import * as z from 'zod';

const date = z.string().regex(/^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, { error: 'a date such as 2026-11-26' });

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'a time such as "09:30", in quotes' });

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** infra/calendar/VENUE.yaml: the trading sessions of one venue. */
export const calendarSchema = z.strictObject({
  name: z.string().min(1).max(100).describe("The venue's name, as messages give it."),
  zone: z
    .string()
    .regex(/^[A-Z][A-Za-z_]+(\/[A-Z][A-Za-z_-]+){1,2}$|^UTC$/, {
      error: "a time zone such as America/New_York, in which all of this file's times are",
    })
    .describe("The venue's time zone; daylight saving follows from it."),
  known: z
    .strictObject({ from: date, until: date })
    .refine(({ from, until }) => from <= until, { path: ['until'], error: 'a date that is not before `from`' })
    .describe('The first and the last date that this file covers. Every date outside counts as open.'),
  days: z
    .array(z.enum(weekdays))
    .min(1)
    .refine((all) => new Set(all).size === all.length, { error: 'each day once' })
    .describe('The days on which a session ends.'),
  pre_open: time.describe(
    'The time from which the hosts run and publish. Later than `close`: on the evening before, as is `open` then.',
  ),
  open: time.describe('The time at which trading begins.'),
  close: time.describe('The time at which the session ends, after which hosts may be shut down.'),
  half_days: z.record(date, time).default({}).describe('Dates on which the session ends earlier, each with that time.'),
  holidays: z.array(date).default([]).describe('Dates on which no session ends.'),
});
export type CalendarFile = z.infer<typeof calendarSchema>;

const venue = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,30}$/, { error: 'the name of a file in infra/calendar without .yaml, such as xnys' });
const venues = z
  .array(venue)
  .min(1)
  .max(10)
  .refine((all) => new Set(all).size === all.length, { error: 'each venue once' });

/** The venues of an environment's phases. */
export const venuesSchema = z.strictObject({
  all: venues.describe('The venues at which the phases trade, by their files in infra/calendar.'),
  phases: z
    .record(z.string().regex(/^[1-9]\d?$/, { error: 'the number of a phase, in quotes' }), venues)
    .default({})
    .describe('The venues of phases that trade at others than all.'),
  halted: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_]{0,99}$/, { error: 'the name of a metric such as MarketHalted' })
    .optional()
    .describe(
      'The metric, beside those of triggers.yaml and with the dimension phase, that is 1 while a venue of the phase is halted. Leave it out if nobody publishes one.',
    ),
});
export type Venues = z.infer<typeof venuesSchema>;
