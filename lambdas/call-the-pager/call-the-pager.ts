import type { RollbackEvent } from '../../domain/history/event.ts';
import { type PagerAction, type PagerEvent, pagerAction, pagerEvent } from '../../domain/message/pager-event.ts';
import type { Published } from '../../domain/message/published.ts';
import type { Post } from '../clients/post.ts';
import type { History } from '../stores/history.ts';

export type CallThePagerDeps = {
  readonly post: Post;
  readonly endpoint: string;
  /** Returns the routing key; throws if there is none. */
  readonly routingKey: () => Promise<string>;
  readonly environment: string;
  readonly history: Pick<History, 'events'>;
  /** Counts an event that the pager will never accept, for the alarm on them. */
  readonly countRefused: () => Promise<void>;
};

/**
 * Sends the event of each message to the pager: a page triggers the alert of its rollback, an acknowledgement or an answer
 * acknowledges it, an ending that needs nobody resolves it. Calling it twice is harmless: the pager knows the alert by its key.
 *
 * Throws if the pager may accept the event later, so that Lambda tries again: no response, 429 or 5xx. Counts an event that it
 * refuses otherwise, because another try would be refused too (PagerDuty Events API v2, "Response Codes & Retry Logic").
 */
export async function callThePager(deps: CallThePagerDeps, messages: readonly Published[]): Promise<void> {
  for (const message of messages) {
    const action = pagerAction(message);
    if (action && !(await isLate(deps, message, action))) await send(deps, message, action);
  }
}

async function send(deps: CallThePagerDeps, message: Published, action: PagerAction): Promise<void> {
  const { post, endpoint, environment, routingKey, countRefused } = deps;
  const event: PagerEvent = pagerEvent(message, action, { environment, routingKey: await routingKey() });
  const { status, text } = await post(endpoint, event);
  if (status >= 200 && status < 300) return;
  const said = `The pager answered ${status} to ${action} of rollback ${message.rollback} (${message.message}): ${text.slice(0, 300)}`;
  if (status === 429 || status >= 500) throw new Error(`${said} Lambda tries again.`);
  await countRefused();
  console.error(`${said} It is not sent again: runbook, pager-not-called.`);
}

/**
 * Whether somebody took the rollback after a page was published: a trigger that had to be repeated must not undo that. If the
 * history cannot be read, the page is sent.
 */
async function isLate(
  { history }: CallThePagerDeps,
  { rollback, at }: Published,
  action: PagerAction,
): Promise<boolean> {
  if (action !== 'trigger') return false;
  const events = await history.events(rollback).catch(() => []);
  return events.some((event) => event.at > at && isTaken(event));
}

const isTaken = ({ type, detail }: RollbackEvent): boolean =>
  type === 'Acknowledged' ||
  type === 'Fleet released' ||
  (type === 'Question settled' && !['nobody answered', 'not proved', 'ask again'].includes(String(detail['outcome'])));
