import { InvalidInput } from '../errors.ts';

/** A range of rollbacks' starts as a person writes it. */
export type AskedRange = {
  /** A day such as 2026-11-01 (UTC), or an instant with its zone such as 2026-11-01T09:30Z. */
  readonly from?: string;
  /** The same. A day is included as a whole; an instant is not included. */
  readonly to?: string;
  /** A span until now: 90d, 12h, 30m or 2w. */
  readonly last?: string;
};

/** Instants, ISO 8601 in UTC with milliseconds: from the first on, and before the second. Absent: without that bound. */
export type TimeRange = { readonly from?: string; readonly to?: string };

/** Returns the instants of a range. Throws InvalidInput for one that is malformed, empty, or begins in the future. */
export function timeRange({ from, to, last }: AskedRange, now: number): TimeRange {
  if (last !== undefined) {
    if (from !== undefined || to !== undefined)
      throw new InvalidInput('--last is a range of its own. Leave out either --last, or --from and --to.');
    return { from: iso(now - milliseconds(last, now)) };
  }
  const begins = from === undefined ? undefined : instant('from', from).begins;
  const ends = to === undefined ? undefined : instant('to', to).ends;
  if (begins !== undefined && begins > now)
    throw new InvalidInput(
      `--from ${from} is in the future: it is ${iso(now)} now, and no rollback has started later. Name an earlier date.`,
    );
  if (begins !== undefined && ends !== undefined && ends <= begins)
    throw new InvalidInput(
      `The range ends before it starts: --from ${from}, --to ${to}. Name the earlier date with --from.`,
    );
  return {
    ...(begins === undefined ? {} : { from: iso(begins) }),
    ...(ends === undefined ? {} : { to: iso(ends) }),
  };
}

const iso = (time: number) => new Date(time).toISOString();

const form = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?)?$/;
const day = 86_400_000;

/** Returns when the named day or instant begins and ends; an instant has no length. */
function instant(option: 'from' | 'to', text: string): { readonly begins: number; readonly ends: number } {
  const [, date, time, zone] = form.exec(text) ?? [];
  if (date === undefined || !isDay(date)) throw malformed(option, text);
  if (time === undefined) return { begins: Date.parse(date), ends: Date.parse(date) + day };
  if (zone === undefined)
    throw new InvalidInput(`--${option} ${text} has no time zone. Add Z for UTC: --${option} ${text}Z`);
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw malformed(option, text);
  return { begins: at, ends: at };
}

/** JavaScript takes 2026-02-30 for 2 March. */
const isDay = (date: string) => {
  const at = Date.parse(date);
  return !Number.isNaN(at) && iso(at).startsWith(date);
};

const malformed = (option: string, text: string) =>
  new InvalidInput(
    `--${option} takes a day such as 2026-11-01, or an instant such as 2026-11-01T09:30Z; found "${text}".`,
  );

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: day, w: 7 * day };

function milliseconds(last: string, now: number): number {
  const [, count, unit = ''] = /^([1-9]\d{0,5})([mhdw])$/.exec(last) ?? [];
  const span = Number(count) * (units[unit] ?? Number.NaN);
  if (span <= now) return span;
  throw new InvalidInput(
    `--last takes a span such as 90d, 12h, 30m or 2w, at most back to the year 1970; found "${last}".`,
  );
}
