import { type Indexing, passNow, readUpTo } from '../../domain/history/indexing.ts';
import type { OlderItems } from '../stores/index-attributes.ts';

/**
 * Returns a function that adds the index attributes to a part of the items that an older version of the product stored. Calling
 * it twice is harmless.
 *
 * Nothing but this changes the progress. So a function that has read that no pass is due reads it again when one is.
 */
export function olderItemsIndexer(items: OlderItems, now: () => number): () => Promise<void> {
  let idle: Indexing | undefined;
  return async () => {
    if (idle && !passNow(idle, now())) return;
    const stored = await items.progress();
    const pass = passNow(stored, now());
    if (!pass) {
      idle = stored;
      return;
    }
    const { older, last } = await items.read(pass.after);
    for (const item of older) await items.index(item);
    await items.keepProgress(readUpTo(pass, last));
  };
}
