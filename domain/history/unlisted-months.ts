import { monthBefore, monthOf, nextMonth } from './link.ts';

/** Months before the first one that are queried: one Query per month. */
const monthsBefore = 24;
/** A list may hold an entry that somebody invented; the number of Queries must stay small. */
const plausible = /^20\d{2}-(0[1-9]|1[0-2])$/;

/**
 * Returns the months that must have no links, because the list of months does not name them: 24 before the first one, the
 * gaps, and those up to the month after now. If the list is empty, now is the first month.
 */
export function unlistedMonths(listed: readonly string[], now: number): string[] {
  const current = monthOf(new Date(now).toISOString());
  const first = [...listed.filter((month) => plausible.test(month)), current].toSorted()[0] ?? current;
  const last = nextMonth(current);
  const months: string[] = [];
  for (let month = monthBefore(first, monthsBefore); month <= last; month = nextMonth(month))
    if (!listed.includes(month)) months.push(month);
  return months;
}
