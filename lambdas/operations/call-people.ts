import { type RollbackRecord, recordOf } from '../../domain/history/record.ts';
import { callValues } from '../../domain/message/call-values.ts';
import type { Contacts } from '../../domain/question/contact.ts';
import type { pagingActions } from '../../domain/reconcile/question-actions.ts';
import type { History } from '../stores/history.ts';
import type { SendRequest } from './send-message.ts';

export type CallPeopleDeps = {
  readonly history: Pick<History, 'events'>;
  readonly contacts: Contacts;
  readonly environment: string;
  /** Returns what a rollback left undone whose hosts were shut down (left-at-the-close.ts). Absent: only live rollbacks are called about. */
  readonly left?: (record: RollbackRecord) => Promise<string>;
  /** Sends one message of a template, with this name. */
  readonly page: (
    template: 'call' | 'acknowledged',
    request: Omit<SendRequest, 'message'>,
    name: string,
  ) => Promise<unknown>;
};

const nobodyElse = 'Nobody else is called about it. A new question or page calls people again, from L1 on.';

/** Calls a level about a rollback, or tells people that somebody has heard it. A repeat sends nothing. */
export async function callPeople(
  { history, contacts, environment, page, left }: CallPeopleDeps,
  action: ReturnType<typeof pagingActions>[number],
): Promise<void> {
  const rollback = { id: action.rollback };
  if (action.type === 'tell news') {
    const { message, says } = action.news;
    await page('acknowledged', { rollback, values: { news: `${says}\n${nobodyElse}` } }, message);
    return;
  }
  const record = recordOf(await history.events(action.rollback));
  const { execution_arn } = record;
  const of = { rollback: action.rollback, execution_arn, environment, contacts };
  const called = callValues(action.call, action.page, of);
  const unheard = action.call.level === 'L1' ? [] : [called['standing']]; // L1 is only being reminded
  const standing =
    action.page.reminds && action.page.about === 'ending' && left
      ? [...unheard, await left(record)].join('\n')
      : (called['standing'] ?? null);
  await page('call', { rollback, values: { ...called, standing } }, action.call.message);
}
