import {
  archiveFolder,
  archiveKey,
  archiveText,
  isKept,
  newestSlot,
  type Slot,
  type SlotValues,
  type Watched,
} from '../../domain/archive/slot.ts';
import type { ArchiveBucket } from '../clients/archive-bucket.ts';

export type ArchiveMetricsDeps = {
  /** The metrics that alarms watch. */
  readonly watched: readonly Watched[];
  /** Reads the datapoints of 10 s in a slot. Throws if CloudWatch returns only a part of them. */
  readonly read: (watched: readonly Watched[], slot: Slot) => Promise<readonly SlotValues[]>;
  readonly bucket: ArchiveBucket;
  /** Counts a run after which the newest slot is in the archive. The alarm metrics-not-archived misses it. */
  readonly countArchived: () => Promise<void>;
  readonly now: () => number;
};

export type Archived = {
  readonly key: string;
  /**
   * `already`: an earlier run put it. `lost`: no run did within an hour, and CloudWatch has forgotten its beginning. `before`:
   * the same, but the archive has not begun.
   */
  readonly result: 'put' | 'already' | 'lost' | 'before';
};

/**
 * Puts the datapoints of the newest two hours into the bucket, before CloudWatch forgets them: a backtest then says what
 * would have been done, not only what is possible.
 *
 * May be called again at any time: an object has one version, and a slot is over when it is put. Four runs an hour try.
 */
export async function archiveMetrics(deps: ArchiveMetricsDeps): Promise<Archived> {
  const slot = newestSlot(deps.now());
  const key = archiveKey(slot);
  const result = await archiveSlot(deps, slot, key);
  if (result === 'put' || result === 'already') await deps.countArchived();
  return { key, result };
}

async function archiveSlot(deps: ArchiveMetricsDeps, slot: Slot, key: string): Promise<Archived['result']> {
  if (await deps.bucket.has(key)) return 'already';
  // A part of a slot would stand for all of it: nothing in the bucket can be replaced.
  if (!isKept(slot, deps.now())) return (await deps.bucket.has(archiveFolder)) ? 'lost' : 'before';
  await deps.bucket.put(key, archiveText(slot, await deps.read(deps.watched, slot)));
  return 'put';
}
