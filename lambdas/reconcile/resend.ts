import { type RollbackRecord, recordOf } from '../../domain/history/record.ts';
import type { EndingMessage } from '../../domain/message/ending-message.ts';
import type { ExecutionStatus } from '../clients/execution-status.ts';
import type { SendRequest, SendResult } from '../operations/send-message.ts';
import type { History } from '../stores/history.ts';
import type { KeptMessage, OwedMessage, Unsent } from '../stores/unsent-messages.ts';

export type ResendDeps = {
  readonly history: Pick<History, 'events'>;
  readonly unsent: Unsent;
  readonly send: (request: SendRequest) => Promise<SendResult>;
  readonly templates: Readonly<Record<EndingMessage, string>>;
  readonly statusOf: ExecutionStatus;
};

/**
 * Sends the messages that SNS did not accept at first, and those of endings whose execution ended before it sent them. A
 * message that SNS still refuses does not stop the others; all errors are thrown together at the end.
 *
 * Drops a message that is no longer true: a question that is settled, or the alert of a rollback that has ended.
 */
export async function resend(deps: ResendDeps): Promise<void> {
  const problems: Error[] = [];
  for (const one of await deps.unsent.all())
    await ('execution_arn' in one ? sendOwed(deps, one) : resendOne(deps, one)).catch((error) => problems.push(error));
  if (problems.length > 0) throw new AggregateError(problems, problems.map(({ message }) => message).join(' '));
}

async function resendOne({ history, unsent, send }: ResendDeps, one: KeptMessage): Promise<void> {
  const { rollback, message, template, values } = one;
  const events = await history.events(rollback);
  const isNews = events.length === 0 || !isOver(message, recordOf(events));
  if (isNews) await send({ rollback: { id: rollback }, message: { name: message, template }, values });
  await unsent.forget(one);
}

/** Sends the message of an ending, unless the execution that owes it still runs. One that was sent is forgotten. */
async function sendOwed({ statusOf, send, templates, unsent }: ResendDeps, one: OwedMessage): Promise<void> {
  const { rollback, message, values, execution_arn, since } = one;
  if ((await statusOf(execution_arn, since)) === 'RUNNING') return;
  await send({
    rollback: { id: rollback },
    message: { name: message, template: templates[message] },
    values: { ...values, rollback_id: rollback, execution: execution_arn },
  });
  await unsent.forget(one);
}

function isOver(message: string, { ending, questions }: RollbackRecord): boolean {
  if (/^(question|reminder)/.test(message)) return questions.every(({ outcome }) => outcome !== null);
  return ending !== null && ['initial-alert', 'limit-at-risk'].includes(message);
}
