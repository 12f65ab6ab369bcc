import { recordOf } from '../../domain/history/record.ts';
import { callValues } from '../../domain/message/call-values.ts';
import type { Contacts } from '../../domain/question/contact.ts';
import type { pagingActions } from '../../domain/reconcile/reconcile.ts';
import type { History } from '../stores/history.ts';
import type { SendRequest } from './send-message.ts';

export type CallPeopleDeps = {
  readonly history: Pick<History, 'events'>;
  readonly contacts: Contacts;
  readonly environment: string;
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
  { history, contacts, environment, page }: CallPeopleDeps,
  action: ReturnType<typeof pagingActions>[number],
): Promise<void> {
  const rollback = { id: action.rollback };
  if (action.type === 'tell news') {
    const { message, says } = action.news;
    await page('acknowledged', { rollback, values: { news: `${says}\n${nobodyElse}` } }, message);
    return;
  }
  const { execution_arn } = recordOf(await history.events(action.rollback));
  const of = { rollback: action.rollback, execution_arn, environment, contacts };
  await page('call', { rollback, values: callValues(action.call, action.page, of) }, action.call.message);
}
