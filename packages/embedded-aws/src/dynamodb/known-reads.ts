import type { Need } from '../wire/service.ts';

/** The most reads that are remembered. */
const MOST = 2000;

/**
 * Remembers what a read gave, until something is written to a partition that it reads. Of an index, until something is written
 * to its table: any write may change any partition of an index. A function that polls repeats its reads, and most partitions
 * have not changed.
 */
export function knownReads<Found>() {
  const reads = new Map<
    string,
    { readonly places: readonly string[]; readonly writes: number; readonly found: Found }
  >();
  /** The number of writes that began or ended, by partition and by table. */
  const writes = new Map<string, number>();
  /** Returns a number that every write to one of the places makes larger. */
  const writesTo = (places: readonly string[]) => places.reduce((sum, place) => sum + (writes.get(place) ?? 0), 0);

  return {
    /** Returns what a read gave; undefined if one of its partitions was written since. */
    find: (read: string): Found | undefined => {
      const known = reads.get(read);
      return known && known.writes === writesTo(known.places) ? known.found : undefined;
    },

    /** Follows a request: `written` is called when it ends, `remember` with what the same read may get again. */
    begin: (read: string, needs: readonly Need[]) => {
      const isOnlyRead = needs.every(isRead);
      const places = needs.flatMap(isOnlyRead ? placesRead : placesWritten);
      const written = () => {
        if (!isOnlyRead) for (const one of places) writes.set(one, (writes.get(one) ?? 0) + 1);
      };
      written(); // and at its end: a read in between may have seen either state
      const before = writesTo(places);
      const remember = (found: Found) => {
        if (!isOnlyRead || places.length === 0) return;
        if (reads.size >= MOST) reads.clear();
        reads.set(read, { places, writes: before, found });
      };
      return { written, remember };
    },
  };
}

/** A scan has no place, so it is not remembered. */
const reading = new Set(['BatchGetItem', 'GetItem', 'Query', 'Scan'].map((name) => `dynamodb:${name}`));
const isRead = ({ action }: Need) => reading.has(action);

/** Returns the partitions of a table that a need names. */
const partitionsOf = ({ resource, keys }: Need): string[] =>
  [keys?.['dynamodb:LeadingKeys'] ?? []].flat().map((key) => `${resource} ${key}`);

const tableOf = ({ resource }: Need): string => resource.split('/index/')[0] ?? '';

const placesRead = (need: Need): string[] => (need.resource.includes('/index/') ? [tableOf(need)] : partitionsOf(need));

const placesWritten = (need: Need): string[] => [...partitionsOf(need), tableOf(need)];
