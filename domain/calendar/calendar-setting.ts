import { unpacked } from '../packed-text.ts';
import type { Sessions, SessionsOf, Stretch } from './sessions.ts';

/**
 * Sessions as functions receive them: the start of the calendar in minutes since 1970, then the minutes for which the market
 * is closed, open, closed, and so on in turn; the last is closed, until the calendar's end.
 */
export type SessionMinutes = { readonly from: number; readonly minutes: readonly number[] };

/** Sessions by phase, and under `*` for all phases without their own. A text is packed: Lambda allows 4 KB of variables. */
export type SessionsSetting = Readonly<Record<string, string | SessionMinutes>>;

/** The market of an environment as a setting of functions. Empty: it is always open. */
export type CalendarSetting = {
  readonly sessions?: SessionsSetting;
  /** The metric that is 1 while a venue is halted, with the dimension `phase`. */
  readonly halted?: HaltedMetric;
};
export type HaltedMetric = { readonly namespace: string; readonly metric: string };

const minute = 60_000;

export function sessionMinutes({ from, until, sessions }: Sessions): SessionMinutes {
  const edges = [from, ...sessions.flatMap((one) => [one.from, one.until]), until].map((at) => at / minute);
  return { from: from / minute, minutes: edges.slice(1).map((edge, i) => edge - (edges[i] ?? 0)) };
}

export function sessionsFrom({ from, minutes }: SessionMinutes): Sessions {
  let at = from;
  const sessions: Stretch[] = [];
  for (const [i, length] of minutes.entries()) {
    if (i % 2 === 1) sessions.push({ from: at * minute, until: (at + length) * minute });
    at += length;
  }
  return { from: from * minute, until: at * minute, sessions };
}

const read = (one: string | SessionMinutes): Sessions =>
  sessionsFrom(typeof one === 'string' ? (JSON.parse(unpacked(one)) as SessionMinutes) : one);

/** Returns the sessions of each phase by the setting. Each is read once, and only if it is asked for. */
export function sessionsIn(setting: SessionsSetting | undefined): SessionsOf {
  const known = new Map<string, Sessions>();
  return (phase) => {
    const key = setting?.[phase] === undefined ? '*' : String(phase);
    const given = setting?.[key];
    if (given === undefined) return undefined;
    const sessions = known.get(key) ?? read(given);
    known.set(key, sessions);
    return sessions;
  };
}
