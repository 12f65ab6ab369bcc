import { InvalidInput } from '../errors.ts';
import { nextMonth } from '../history/link.ts';

export const isMonth = (text: string): boolean => /^[1-9]\d{3}-(0[1-9]|1[0-2])$/.test(text);

/** The months that a person asks for. Without any, the last six months. */
export type MonthChoice = {
  readonly month?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** The number of months up to the present one. */
  readonly last?: number | undefined;
};

const usualMonths = 6;
/** One request per month; ten years are more than any auditor asks for. */
export const mostMonths = 120;

/** Returns the chosen months, oldest first. `present`: the month that is not over yet. Throws InvalidInput. */
export function monthsOf({ month, from, to, last }: MonthChoice, present: string): string[] {
  const ways = [month !== undefined, from !== undefined || to !== undefined, last !== undefined].filter(Boolean);
  if (ways.length > 1) throw new InvalidInput('Choose the months by one of --month, --from and --to, or --last.');
  if (month !== undefined) return range(checked('--month', month, present), month);
  if (to !== undefined && from === undefined) throw new InvalidInput('--to needs --from, the first month.');
  if (from !== undefined)
    return range(checked('--from', from, present), to === undefined ? present : checked('--to', to, present));
  return range(monthsBefore(present, (last ?? usualMonths) - 1), present);
}

function checked(option: string, month: string, present: string): string {
  if (!isMonth(month)) throw new InvalidInput(`${option} takes a month such as ${present}; found "${month}".`);
  if (month > present)
    throw new InvalidInput(`${option} is in the future: found ${month}, and it is ${present} in UTC.`);
  return month;
}

function range(from: string, to: string): string[] {
  if (from > to) throw new InvalidInput(`--from must not be after --to; found ${from} and ${to}.`);
  const months: string[] = [];
  for (let month = from; month <= to; month = nextMonth(month)) {
    months.push(month);
    if (months.length > mostMonths)
      throw new InvalidInput(`From ${from} to ${to} are more than ${mostMonths} months. Choose a later --from.`);
  }
  return months;
}

function monthsBefore(month: string, count: number): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 1 - count, 1)).toISOString().slice(0, 7);
}
