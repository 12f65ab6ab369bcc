import { type RollbackRecord, recordOf } from '../../domain/record.ts';
import type { History } from '../history.ts';
import type { Sending, Sent } from '../send-message/send-message.ts';
import type { Unsent } from '../unsent.ts';

export type ResendNeeds = {
  readonly history: Pick<History, 'events'>;
  readonly unsent: Unsent;
  readonly send: (sending: Sending) => Promise<Sent>;
};

/**
 * Sends what SNS would not take when it was first told. Throws where it still does not: Reconcile then fails, and its alarm
 * says so. What was true only for a time is not sent any more: that a rollback begins, or that an answer is waited for.
 */
export async function resend({ history, unsent, send }: ResendNeeds): Promise<void> {
  for (const one of await unsent.all()) {
    const { rollback, message, template, values } = one;
    const events = await history.events(rollback);
    if (events.length > 0 && isOver(message, recordOf(events))) await unsent.forget(one);
    else await send({ rollback: { id: rollback }, message: { name: message, template }, values });
  }
}

function isOver(message: string, { ending, questions }: RollbackRecord): boolean {
  if (/^(question|reminder)/.test(message)) return questions.every(({ outcome }) => outcome !== null);
  return ending !== null && ['initial-alert', 'limit-at-risk'].includes(message);
}
