import { type Followed, nextMonth } from './link.ts';

/** The list of months, and the item that names the month of the very first link, as the history table holds them. */
export type ListedMonths = {
  /** The items under `CHAIN#first`, without their keys, by sort key. */
  readonly first: readonly { readonly sk: string; readonly content: Readonly<Record<string, unknown>> }[];
  /** The months that the list names, oldest first. */
  readonly months: readonly string[];
  /** The months that have links, oldest first. */
  readonly withLinks: readonly string[];
  /** The end of the newest month's links. */
  readonly newest: Followed;
};

/** The sort key of the one item (domain/tables.ts, firstMonthKey). */
const firstSortKey = '00000001';

/**
 * Returns what is wrong with the list of months and with the item of the first month.
 *
 * A month is listed before its first link, and a writer that was stopped in between leaves a month without links. The next
 * writer continues there. So only the month after the newest closing link, or the first of all, may be empty.
 */
export const wrongMonths = (listed: ListedMonths): string[] => [...wrongFirst(listed), ...emptyMonths(listed)];

function wrongFirst({ first, months, withLinks }: ListedMonths): string[] {
  const own = first.find(({ sk }) => sk === firstSortKey);
  const others = first
    .filter((one) => one !== own)
    .map(
      ({ sk }) => `ADDED: pk "CHAIN#first", sk ${JSON.stringify(sk)} is no item of this product. Find out who wrote it`,
    );
  const [oldest] = withLinks.length > 0 ? withLinks : months;
  if (!own)
    return oldest === undefined
      ? others
      : [
          'DELETED: the item CHAIN#first, which names the month of the first link, is missing. If a version of the product without it wrote the first links, that explains it',
          ...others,
        ];
  const { month, ...more } = own.content;
  const added = Object.keys(more);
  if (oldest !== undefined && month !== oldest)
    others.unshift(`CHANGED: the item CHAIN#first names ${String(month)}, and the first links are of ${oldest}`);
  if (added.length > 0) others.push(`CHANGED: the item CHAIN#first has attributes of its own: ${added.join(', ')}`);
  return others;
}

function emptyMonths({ first, months, withLinks, newest }: ListedMonths): string[] {
  const continued = newest?.closed ? (newest.next ?? nextMonth(newest.month)) : undefined;
  const begun = newest === undefined ? first.find(({ sk }) => sk === firstSortKey)?.content['month'] : continued;
  return months
    .filter((month) => !withLinks.includes(month) && month !== begun)
    .map(
      (month) =>
        `EMPTY: the list of months names ${month}, which has no link. Links were deleted, or the entry invented`,
    );
}
