import type { Key } from '../tables.ts';
import { indexFormat } from './record-index.ts';

/** Reconcile's progress through the items that an older version of the product stored without index attributes. */
export type Indexing = {
  /** The format of the attributes that this pass writes. */
  readonly format: number;
  readonly pass: 1 | 2;
  /** ISO 8601: when the pass began. */
  readonly since: string;
  /** The last item that was read; null: the pass is at its beginning or at its end. */
  readonly after: Key | null;
  readonly done: boolean;
};

/**
 * A rollback calls the functions with which it began, and its machine ends it after 24 hours. Until then an older function
 * may store an item again without the new attributes. So a second pass begins after the last of these rollbacks.
 */
const secondPassAfter = 26 * 3_600_000;

/** Returns the pass to continue now; undefined if every item is indexed or the second pass is not due. */
export function passNow(stored: Indexing | undefined, now: number): Indexing | undefined {
  const begin = (pass: Indexing['pass']): Indexing => ({
    format: indexFormat,
    pass,
    since: new Date(now).toISOString(),
    after: null,
    done: false,
  });
  if (stored?.format !== indexFormat) return begin(1);
  if (!stored.done) return stored;
  return stored.pass === 1 && now - Date.parse(stored.since) >= secondPassAfter ? begin(2) : undefined;
}

/** Returns a pass that has read up to an item; undefined as the item: it has read them all. */
export const readUpTo = (pass: Indexing, last: Key | undefined): Indexing => ({
  ...pass,
  after: last ?? null,
  done: last === undefined,
});

/** Whether every item has index attributes: both passes have read all items that older versions stored. */
export const isAllIndexed = (stored: Indexing | undefined): boolean =>
  stored?.format === indexFormat && stored.pass === 2 && stored.done;
