import type { Sessions, Stretch } from './sessions.ts';

/**
 * Joins the calendars of several venues: in session while any of them is. It covers only the time that all cover, because
 * outside of a venue's calendar that venue counts as open.
 */
export function joinedSessions(calendars: readonly Sessions[]): Sessions {
  const from = Math.max(...calendars.map((one) => one.from));
  const until = Math.max(from, Math.min(...calendars.map((one) => one.until)));
  const sorted = calendars.flatMap(({ sessions }) => sessions).toSorted((a, b) => a.from - b.from);
  const joined: Stretch[] = [];
  for (const one of sorted) {
    const next = { from: Math.max(one.from, from), until: Math.min(one.until, until) };
    const last = joined.at(-1);
    if (next.until <= next.from) continue;
    if (last && next.from <= last.until)
      joined[joined.length - 1] = { from: last.from, until: Math.max(last.until, next.until) };
    else joined.push(next);
  }
  return { from, until, sessions: joined };
}
