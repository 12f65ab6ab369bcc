import { isOpen, nextOpen, type Sessions } from '../../domain/calendar/sessions.ts';
import type { Environment } from '../../domain/infra/environment.ts';

type OfVenues = Pick<Environment, 'venues'>;

/** The trading sessions of an environment, from infra/calendar: what the functions have, if it is deployed. */
export type Calendar = {
  readonly of: (phase: number) => Sessions | undefined;
  /** One sentence per calendar that ends within 14 days. */
  readonly warnings: readonly string[];
};

/** Reads the environment's calendar. The time zones are loaded only if it names venues, because most commands need none. */
export async function readCalendarOf({ venues }: OfVenues, now: number): Promise<Calendar> {
  if (!venues) return { of: () => undefined, warnings: [] };
  const { endingCalendars, readSessions } = await import('../../config/calendars.ts');
  const sessions = readSessions(venues);
  return {
    of: (phase) => sessions?.[phase] ?? sessions?.['*'],
    warnings: endingCalendars({ venues }, now),
  };
}

/** Whether a phase's market is open, and until when; ISO 8601. */
export type SessionNow = { readonly phase: number; readonly open: boolean; readonly until: string };

export const sessionsNow = ({ of }: Calendar, phases: readonly number[], now: number): SessionNow[] =>
  phases.flatMap((phase) => {
    const sessions = of(phase);
    if (!sessions) return [];
    const open = isOpen(sessions, now);
    const current = sessions.sessions.find(({ from, until }) => from <= now && now < until);
    const until = open ? current?.until : nextOpen(sessions, now);
    return until === undefined ? [] : [{ phase, open, until: new Date(until).toISOString() }];
  });

/** Reads the sentences of status about sessions. */
export async function readSessionLines(of: OfVenues, phases: readonly number[], now: number): Promise<string[]> {
  const calendar = await readCalendarOf(of, now);
  return sessionLines(sessionsNow(calendar, phases, now), calendar.warnings);
}

/** Returns the sentences of status: phases with the same session share one. */
export function sessionLines(all: readonly SessionNow[], warnings: readonly string[]): string[] {
  const groups = Map.groupBy(all, ({ open, until }) => `${open ? 'open' : 'closed'} until ${until}`);
  return [
    ...[...groups].map(
      ([words, of]) => `Phase${of.length === 1 ? '' : 's'} ${of.map(({ phase }) => phase).join(', ')}: ${words}`,
    ),
    ...(all.length === 0 ? ['No date of today is in a calendar, so every hour counts as open.'] : []),
    ...warnings.map((warning) => `Warning: ${warning}`),
  ];
}
