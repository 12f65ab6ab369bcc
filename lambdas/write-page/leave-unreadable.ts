import type { Part } from '../../domain/evidence/gathered.ts';
import type { RollbackEvent } from '../../domain/history/event.ts';
import { recordOf } from '../../domain/history/record.ts';
import { type UnreadableFacts, unreadablePage } from '../../domain/page/unreadable-page.ts';
import { pageKey } from '../../domain/page-key.ts';
import type { PutPage } from '../clients/page-bucket.ts';
import type { History } from '../stores/history.ts';

type LeaveDeps = {
  readonly history: Pick<History, 'events'>;
  readonly put: PutPage;
  readonly about: Pick<UnreadableFacts, 'environment' | 'runbook'>;
  readonly now: () => number;
};

/**
 * Leaves a page behind the link of a message whose rollback cannot be read: what is stored of it, and the commands that still work.
 *
 * It replaces an earlier page only if the stored events themselves cannot be read: after an outage, the earlier page is worth more. A page
 * that cannot be left either is not reported again, because the caller counts it.
 */
export async function leaveUnreadable(deps: LeaveDeps, rollback: string, { message }: Error): Promise<void> {
  const { history, put, about, now } = deps;
  const events = await readAgain(() => history.events(rollback));
  const html = unreadablePage({
    ...{ environment: about.environment, runbook: about.runbook, rollback, events },
    written_at: new Date(now()).toISOString(),
    why: `The page could not be written: ${message}`,
    record: { state: 'unavailable', why: 'it was not looked up, because a page is drawn from the events' },
    execution: {
      state: 'unavailable',
      why: 'it was not looked up; Step Functions has it under the name of the rollback',
    },
  });
  const over = events.state === 'complete' && !isReadable(events.value) ? undefined : 'if-none';
  await put(pageKey(rollback), html, over).catch((error: Error) =>
    console.warn(`${pageKey(rollback)} has no word of it either: ${error.message}`),
  );
}

function isReadable(events: readonly RollbackEvent[]): boolean {
  try {
    recordOf(events);
    return true;
  } catch {
    return false;
  }
}

async function readAgain(read: () => Promise<RollbackEvent[]>): Promise<Part<readonly RollbackEvent[]>> {
  try {
    return { state: 'complete', value: await read() };
  } catch (error) {
    return { state: 'denied', why: (error as Error).message };
  }
}
