import { setEvent } from '../../domain/history/brake-event.ts';
import type { BrakesStore } from '../stores/brakes.ts';
import type { BrakesHistory } from '../stores/brakes-history.ts';

export type RecordBlocksDeps = {
  readonly blocks: Pick<BrakesStore, 'read' | 'recorded'>;
  readonly brakesHistory: Pick<BrakesHistory, 'append' | 'link'>;
  readonly now: () => number;
};

/**
 * Writes into the history of the brakes which versions rollbacks have blocked since the last run, and confirms that by a link.
 * A repeat writes nothing twice.
 */
export async function recordBlocks({ blocks, brakesHistory, now }: RecordBlocksDeps): Promise<void> {
  const news = (await blocks.read()).blocks.filter(({ rollback, recorded }) => rollback !== undefined && !recorded);
  if (news.length === 0) return;
  for (const block of news) await brakesHistory.append(setEvent('block', block));
  await brakesHistory.link(new Date(now()).toISOString());
  for (const block of news) await blocks.recorded(block);
}
