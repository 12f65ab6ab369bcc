/** A time from one instant to another, in epoch milliseconds; the last instant is outside. */
export type Stretch = { readonly from: number; readonly until: number };

/**
 * The trading sessions at the venues of a phase, each from pre-open to close.
 *
 * Sorted by time and disjoint, because sessions of several venues are one while any of them is open.
 */
export type Sessions = Stretch & { readonly sessions: readonly Stretch[] };

/** The sessions of a phase; undefined: no calendar is named, and every instant counts as in session. */
export type SessionsOf = (phase: number) => Sessions | undefined;

/**
 * Returns the stretches in which trading may go on. Time outside the calendar is one of them: a date that nobody wrote down
 * counts as open, because a rule that took it for closed would hide a real fault.
 */
function openStretches(calendar: Sessions | undefined): readonly Stretch[] {
  if (!calendar) return [{ from: -Infinity, until: Infinity }];
  const { from, until, sessions } = calendar;
  return [{ from: -Infinity, until: from }, ...sessions, { from: until, until: Infinity }];
}

export const isOpen = (calendar: Sessions | undefined, at: number): boolean =>
  openStretches(calendar).some(({ from, until }) => from <= at && at < until);

/** Returns the milliseconds of session time between two instants; 0 if the second is not later. */
export const sessionTime = (calendar: Sessions | undefined, from: number, to: number): number =>
  openStretches(calendar)
    .map((one) => Math.min(one.until, to) - Math.max(one.from, from))
    .reduce((sum, part) => sum + Math.max(0, part), 0);

/** Returns the first instant at which that much session time has passed since another. */
export function afterSessionTime(calendar: Sessions | undefined, since: number, milliseconds: number): number {
  let left = milliseconds;
  for (const { from, until } of openStretches(calendar)) {
    const begin = Math.max(from, since);
    if (begin >= until) continue;
    if (left <= until - begin) return begin + left;
    left -= until - begin;
  }
  return Infinity; // never: the last stretch has no end
}

/** Returns the last instant before another from which that much session time passes until it. */
export function beforeSessionTime(calendar: Sessions | undefined, to: number, milliseconds: number): number {
  let left = milliseconds;
  for (const { from, until } of openStretches(calendar).toReversed()) {
    const end = Math.min(until, to);
    if (end <= from) continue;
    if (left <= end - from) return end - left;
    left -= end - from;
  }
  return -Infinity; // never: the first stretch has no beginning
}

/** Returns the instant itself if it is in session, else the start of the next session. */
export const nextOpen = (calendar: Sessions | undefined, at: number): number => afterSessionTime(calendar, at, 0);
