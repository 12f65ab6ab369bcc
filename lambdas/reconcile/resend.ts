import { recordOf } from '../../domain/record.ts';
import type { History } from '../history.ts';
import type { Sending, Sent } from '../send-message/send-message.ts';
import type { Unsent } from '../unsent.ts';

export type ResendNeeds = {
  readonly history: Pick<History, 'events'>;
  readonly unsent: Unsent;
  readonly send: (sending: Sending) => Promise<Sent>;
  /** Texts of infra/notifications, by message. */
  readonly templates: Readonly<Record<string, string>>;
};

/**
 * Sends what SNS would not take when it was first told. Throws where it still does not: Reconcile then fails, and its alarm
 * says so. An initial alert whose rollback has ended meanwhile is not sent any more: what came after it is told.
 */
export async function resend({ history, unsent, send, templates }: ResendNeeds): Promise<void> {
  for (const one of await unsent.all()) {
    const events = await history.events(one.rollback);
    const ended = events.length > 0 && recordOf(events).ending !== null;
    const template = templates[one.message];
    if (template === undefined || (one.message === 'initial-alert' && ended)) {
      await unsent.forget(one);
      continue;
    }
    await send({
      rollback: { id: one.rollback },
      message: { name: one.message, template },
      values: {},
    });
  }
}
