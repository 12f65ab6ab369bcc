import type { Need } from '../wire/service.ts';

/** The most reads that are remembered. */
const MOST = 2000;

/**
 * Remembers what reads of one partition gave, until something is written to the partition. A function that polls repeats
 * its reads, and most partitions have not changed.
 */
export function knownReads<Found>() {
  const reads = new Map<string, { readonly partition: string; readonly writes: number; readonly found: Found }>();
  /** The number of writes that began or ended, by partition. */
  const writes = new Map<string, number>();
  const writesTo = (partition: string) => writes.get(partition) ?? 0;

  return {
    /** Returns what a read gave; undefined if its partition was written since. */
    find: (read: string): Found | undefined => {
      const known = reads.get(read);
      return known && known.writes === writesTo(known.partition) ? known.found : undefined;
    },

    /** Follows a request: `written` is called when it ends, `remember` with what the same read may get again. */
    begin: (read: string, needs: readonly Need[]) => {
      const partitions = needs.flatMap(partitionsOf);
      const [partition = '', another] = partitions;
      const isOnlyRead = needs.every(isRead);
      const written = () => {
        if (!isOnlyRead) for (const one of partitions) writes.set(one, writesTo(one) + 1);
      };
      written(); // and at its end: a read in between may have seen either state
      const before = writesTo(partition);
      const remember = (found: Found) => {
        if (!isOnlyRead || partition === '' || another !== undefined) return;
        if (reads.size >= MOST) reads.clear();
        reads.set(read, { partition, writes: before, found });
      };
      return { written, remember };
    },
  };
}

const isRead = ({ action }: Need) => action === 'dynamodb:GetItem' || action === 'dynamodb:Query';

/** Returns the partitions of a table that a need names. An index's partitions are left out: any write may change them. */
const partitionsOf = ({ resource, keys }: Need): string[] =>
  resource.includes('/index/') ? [] : [keys?.['dynamodb:LeadingKeys'] ?? []].flat().map((key) => `${resource} ${key}`);
