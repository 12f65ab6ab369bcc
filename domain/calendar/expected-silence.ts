import { afterSessionTime, isOpen, type Sessions, sessionTime } from './sessions.ts';

/**
 * Session time for which hosts may still be silent after a closed time: they boot, and an alarm needs two of its periods to
 * turn green.
 */
const startMilliseconds = 5 * 60_000;

/**
 * Returns whether nobody expects data from an alarm that fell silent at an instant: the market was closed then, and the next
 * session has not begun, or began less than five minutes ago.
 *
 * An alarm that fell silent in session stays one after the close: its hosts were lost while they should have traded.
 */
export function isExpectedSilence(calendar: Sessions | undefined, changed_at: string, now: number): boolean {
  const since = Date.parse(changed_at);
  return !isOpen(calendar, since) && sessionTime(calendar, since, now) < startMilliseconds;
}

/** Returns whether hosts must publish: the market has been open for five minutes. */
export const mustPublish = (calendar: Sessions | undefined, now: number): boolean =>
  sessionTime(calendar, now - startMilliseconds, now) === startMilliseconds;

/** Returns the instant from which an alarm's silence counts: its change, or five minutes into the session if the market was closed. */
export const silenceCountsFrom = (calendar: Sessions | undefined, fell: number): number =>
  isOpen(calendar, fell) ? fell : afterSessionTime(calendar, fell, startMilliseconds);

/**
 * Returns a cause whose start is the instant from which its silence counts: the limits of its rollback are counted from there.
 * An instant after the execution's start changes nothing.
 */
export function countedInSession<
  Cause extends { readonly silent: boolean; readonly start_time: string; readonly alarm: unknown },
>(calendar: Sessions | undefined, cause: Cause, startedAt: string): Cause {
  if (cause.alarm === null || !cause.silent) return cause;
  const fell = Date.parse(cause.start_time);
  const since = silenceCountsFrom(calendar, fell);
  return since === fell || since > Date.parse(startedAt)
    ? cause
    : { ...cause, start_time: new Date(since).toISOString() };
}
