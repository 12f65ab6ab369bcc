import { type Chain, endOf, type Happened, type RollbackEvent } from '../../domain/history/event.ts';
import { recordOf } from '../../domain/history/record.ts';
import { message } from '../../domain/message/message.ts';
import { messageValues } from '../../domain/message/message-values.ts';
import type { History } from '../stores/history.ts';
import { appendSealed } from '../stores/seal.ts';
import type { Unsent } from '../stores/unsent-messages.ts';

export type Sending = {
  readonly rollback: { readonly id: string };
  readonly message: { readonly name: string; readonly template: string };
  /** What the machine knows itself, for a rollback whose record cannot be read. */
  readonly values: Readonly<Record<string, string | number | null>>;
};
export type Sent = { readonly message: string; readonly chain: Chain };

/** Publishes one message with its attributes; answers SNS's message id. */
export type Publish = (
  subject: string,
  body: string,
  attributes: Readonly<Record<string, string | readonly string[]>>,
) => Promise<string>;
export type SendingDeps = {
  readonly history: History;
  readonly publish: Publish;
  readonly unsent: Unsent;
  /** Counts, for its alarm, a message that could not be sent. */
  readonly countUnsent: () => Promise<void>;
  /** Whom to call, a line each; it stands in pages. */
  readonly contacts: string;
  readonly now: () => number;
};

/**
 * Tells people what the rollback has come to, once a message: a repeat finds it told and sends nothing.
 *
 * A message that cannot be sent is counted, written into the history and kept for Reconcile to send, and then fails its
 * caller: the state machine goes on all the same, and an alarm tells that somebody was not told. A history that cannot be
 * read or written never stops a message.
 */
export async function sendMessage(deps: SendingDeps, sending: Sending): Promise<Sent> {
  const { history, publish, now } = deps;
  const {
    rollback,
    message: { name, template },
  } = sending;
  const events = await history.events(rollback.id).catch(() => []);
  if (events.some(({ type, detail }) => type === 'Message sent' && detail['message'] === name))
    return { message: name, chain: endOf(events) };
  const values: Sending['values'] = { contacts: deps.contacts, ...valuesOf(sending, events) };
  const { subject, body, audience } = message(template, values);
  const attributes = {
    message: name,
    rollback: rollback.id,
    phase: String(values['phase']),
    severity: String(values['severity'] ?? 'unknown'),
    audience,
  };
  const told = await publish(subject, body, attributes).then(
    (message_id) => ({ sent: true, detail: { message: name, subject, message_id } }) as const,
    (error: Error) =>
      ({ sent: false, detail: { message: name, subject, error: error.name, why: error.message } }) as const,
  );
  const happened: Happened = {
    id: `message-${told.sent ? 'sent' : 'not-sent'}/${name}`,
    type: told.sent ? 'Message sent' : 'Message not sent',
    at: new Date(now()).toISOString(),
    detail: told.detail,
  };
  await rememberUnsent(deps, sending, told.sent, events);
  const chain = await appendSealed(history, rollback.id, happened.at, happened).catch(() => endOf(events));
  if (!told.sent)
    throw new Error(`The message ${name} was not sent: ${told.detail.why}. Nobody was told what it says.`);
  return { message: name, chain };
}

/** A table or a metric that cannot be written to must not keep the message's own fate from being told. */
async function rememberUnsent(
  { unsent, countUnsent }: SendingDeps,
  { rollback, message: { name, template }, values }: Sending,
  sent: boolean,
  events: readonly RollbackEvent[],
): Promise<void> {
  const message = { rollback: rollback.id, message: name };
  const failedBefore = events.some(({ type, detail }) => type === 'Message not sent' && detail['message'] === name);
  if (!sent) {
    await countUnsent().catch(() => {});
    await unsent.keep({ ...message, template, values }).catch(() => {});
  } else if (failedBefore) await unsent.forget(message).catch(() => {});
}

/** What the record does not know yet, the machine may: a rollback whose closing failed has its problem only there. */
function valuesOf({ values }: Sending, events: readonly RollbackEvent[]): Sending['values'] {
  if (events[0]?.type !== 'Rollback opened') return values;
  const known = Object.entries(messageValues(recordOf(events), events)).filter(([, value]) => value !== null);
  return { ...values, ...Object.fromEntries(known) };
}
