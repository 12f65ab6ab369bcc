import { RollbackOver } from '../../domain/errors.ts';
import type { RollbackEvent } from '../../domain/history/event.ts';
import { type RollbackRecord, recordOf } from '../../domain/history/record.ts';
import type { EndingMessage } from '../../domain/message/ending-message.ts';
import type { Paging } from '../../domain/question/calls.ts';
import { pagingOf } from '../../domain/reconcile/paging.ts';
import { pagingActions } from '../../domain/reconcile/question-actions.ts';
import type { ExecutionStatus } from '../clients/execution-status.ts';
import { type CallPeopleDeps, callPeople } from '../operations/call-people.ts';
import type { SendRequest, SendResult } from '../operations/send-message.ts';
import type { KeptMessage, OwedCalls, OwedMessage, Unsent } from '../stores/unsent-messages.ts';

export type ResendDeps = CallPeopleDeps & {
  readonly now: () => number;
  readonly unsent: Unsent;
  readonly send: (request: SendRequest) => Promise<SendResult>;
  readonly templates: Readonly<Record<EndingMessage, string>>;
  readonly statusOf: ExecutionStatus;
};

/**
 * Sends the messages that SNS did not accept at first, and those of endings whose execution ended before it sent them. A
 * message that SNS still refuses does not stop the others; all errors are thrown together at the end. Calls people about
 * rollbacks that ended *Needs a person*.
 *
 * Drops a message that is no longer true: a question that is settled, the alert of a rollback that has ended, or the message of
 * an ending that the rollback did not reach.
 */
export async function resend(deps: ResendDeps): Promise<void> {
  const problems: Error[] = [];
  for (const one of await deps.unsent.all())
    await resendAny(deps, one)
      .catch((error) => dropIfOver(deps, one, error))
      .catch((error) => problems.push(error));
  if (problems.length > 0) throw new AggregateError(problems, problems.map(({ message }) => message).join(' '));
}

function resendAny(deps: ResendDeps, one: KeptMessage | OwedMessage | OwedCalls): Promise<void> {
  if ('calls' in one) return callAbout(deps, one);
  return 'execution_arn' in one ? sendOwed(deps, one) : resendOne(deps, one);
}

/**
 * Forgets the message of an ending if the rollback has another one, of which people were told. It is owed all the same if the
 * write of the first ending had been made, but its response was lost. Any other error is thrown again.
 */
async function dropIfOver({ unsent }: ResendDeps, one: KeptMessage | OwedMessage | OwedCalls, error: Error) {
  if (!(error instanceof RollbackOver) || 'calls' in one) throw error;
  await unsent.forget(one);
}

/** After a day nobody is called about a rollback any more: every level was, and its fleet's alarm and status remain. */
const calledForMilliseconds = 24 * 3600_000;

/** Makes the calls that are due about an ended rollback. Forgets them once its fleet is released, which it tells people too. */
async function callAbout(deps: ResendDeps, { rollback, since }: OwedCalls): Promise<void> {
  const { history, unsent, contacts, now } = deps;
  const events = await history.events(rollback);
  const paging = events.length > 0 ? pagingOf(events) : null;
  for (const action of paging ? pagingActions(rollback, paging, contacts, now()) : []) await callPeople(deps, action);
  const from = Math.max(Date.parse(since), Date.parse(paging?.page?.since ?? since));
  if (!paging?.page || now() - from > calledForMilliseconds) await unsent.forgetCalls(rollback);
}

async function resendOne({ history, unsent, send }: ResendDeps, one: KeptMessage): Promise<void> {
  const { rollback, message, template, values } = one;
  const events = await history.events(rollback);
  const isNews = events.length === 0 || !isOver(message, recordOf(events), events);
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

function isOver(message: string, { ending, questions }: RollbackRecord, events: readonly RollbackEvent[]): boolean {
  if (message.startsWith('call-')) return isHeard(pagingOf(events));
  if (/^(question|reminder)/.test(message)) return questions.every(({ outcome }) => outcome !== null);
  return ending !== null && ['initial-alert', 'limit-at-risk'].includes(message);
}

const isHeard = ({ page, heard }: Paging): boolean => page === null || heard !== null;
