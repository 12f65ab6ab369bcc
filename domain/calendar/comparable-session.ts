import type { Sessions, Stretch } from './sessions.ts';

/** Half of the hour around the same time of the other session. */
const halfHour = 30 * 60_000;

/** Two weeks: datapoints of a minute are kept for 15 days. */
const lookBackSessions = 10;

/**
 * Returns the hour around the same time in the last comparable session that ended before an instant; undefined if there is
 * none, or if the time lies outside the sessions.
 *
 * Sessions are comparable if they are equally long: the hour before the close of a half day is like no other. If none of the
 * last ten is, one that has this time at all serves. Times are counted from the pre-open, so that daylight saving does not
 * move them.
 */
export function comparableWindow(calendar: Sessions, at: number, before: number): Stretch | undefined {
  const own = calendar.sessions.find(({ from, until }) => from <= at && at < until);
  if (!own) return undefined;
  const offset = at - own.from;
  const earlier = calendar.sessions
    .filter(({ until }) => until <= Math.min(before, own.from))
    .slice(-lookBackSessions)
    .toReversed();
  const found = earlier.find((one) => lengthOf(one) === lengthOf(own)) ?? earlier.find((one) => offset < lengthOf(one));
  if (!found) return undefined;
  const same = found.from + offset;
  return { from: Math.max(found.from, same - halfHour), until: Math.min(found.until, same + halfHour) };
}

const lengthOf = ({ from, until }: Stretch) => until - from;
