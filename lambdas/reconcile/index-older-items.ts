import { passNow, readUpTo } from '../../domain/history/indexing.ts';
import type { OlderItems } from '../stores/index-attributes.ts';

/**
 * Adds the index attributes to a part of the items that an older version of the product stored. Reads one item of the
 * state table if there is nothing to do. Calling it twice is harmless.
 */
export async function indexOlderItems(items: OlderItems, now: () => number): Promise<void> {
  const pass = passNow(await items.progress(), now());
  if (!pass) return;
  const { older, last } = await items.read(pass.after);
  for (const item of older) await items.index(item);
  await items.keepProgress(readUpTo(pass, last));
}
