import { type Chain, endOf, type Happened, type RollbackEvent } from '../../domain/history/event.ts';
import { type RollbackRecord, recordOf } from '../../domain/history/record.ts';
import { endingMessages } from '../../domain/message/ending-message.ts';
import { environmentWords } from '../../domain/message/execution-place.ts';
import { asDrill, message } from '../../domain/message/message.ts';
import { etaOf, messageValues, openEnding } from '../../domain/message/message-values.ts';
import { throughPortal } from '../../domain/message/page-place.ts';
import { referenceLineWithoutRecord, referenceWithoutRecord } from '../../domain/message/reference.ts';
import { type TradingState, tradingState } from '../../domain/message/trading-state.ts';
import { levelCalledBy } from '../../domain/question/calls.ts';
import type { Publish } from '../clients/publish.ts';
import type { BrakesHistory } from '../stores/brakes-history.ts';
import type { History } from '../stores/history.ts';
import { appendSealed } from '../stores/seal.ts';
import type { Unsent } from '../stores/unsent-messages.ts';
import type { ReadUsualMinutes } from '../stores/usual-minutes.ts';
import { rollbackOver } from './check-open.ts';

export type SendRequest = {
  readonly rollback: { readonly id: string };
  readonly message: { readonly name: string; readonly template: string };
  /** Values from the state machine, for a rollback whose record cannot be read. */
  readonly values: Readonly<Record<string, string | number | null>>;
};
export type SendResult = { readonly message: string; readonly chain: Chain };

export type SendMessageDeps = {
  readonly history: History;
  readonly publish: Publish;
  readonly unsent: Unsent;
  /** Counts a message that could not be sent, for the alarm on them. */
  readonly countUnsent: () => Promise<void>;
  /** People to call, one per line; part of every page. */
  readonly contactLines: string;
  /** The runbook's address, or its path in this repository. */
  readonly runbook: string;
  /** The access portal of IAM Identity Center, through which the link to the incident page leads; null: it leads to the console. */
  readonly portal: string | null;
  /** The halts on record, and the triggers whose alarms halt trading. Absent: messages do not know it. */
  readonly trading?: { readonly events: BrakesHistory['events']; readonly halting: readonly string[] };
  /** Absent: the ETA in messages is the limit. */
  readonly usualMinutes?: ReadUsualMinutes;
  readonly now: () => number;
};

/**
 * Sends people one message about a rollback. A repeat finds the message in the history and sends nothing.
 *
 * A message that cannot be sent is counted, recorded in the history, kept for Reconcile to send, and then thrown as an
 * error. The state machine continues, and an alarm reports the unsent message. A history that cannot be read or written
 * never stops a message. The event keeps the text as sent: contacts and templates change, so nobody could rebuild it later.
 */
export async function sendMessage(deps: SendMessageDeps, request: SendRequest): Promise<SendResult> {
  const { history, publish, now } = deps;
  const {
    rollback,
    message: { name, template },
  } = request;
  const events = await history.events(rollback.id).catch(() => []);
  if (events.some(({ type, detail }) => type === 'Message sent' && detail['message'] === name))
    return { message: name, chain: await completed(deps, rollback.id, events) };
  if (!isStillTrue(name, events)) return { message: name, chain: endOf(events) };
  const trading = await tradingNow(deps, template, events);
  const values: SendRequest['values'] = {
    contacts: deps.contactLines,
    ...namedBy(request),
    ...valuesOf(request, events),
    ...(await usualEta(deps, template, events)),
    ...(trading ? { trading: trading.text } : {}),
  };
  const { subject, body: relative, audience } = message(marked(template, events), values);
  // Templates, and many values, link to the runbook where it lies in this repository.
  const body = throughPortal(relative.replaceAll('docs/runbook.md', deps.runbook), deps.portal);
  const level = values['level'] ?? levelCalledBy(name);
  const attributes = {
    message: name,
    rollback: rollback.id,
    phase: String(events[0]?.detail['phase'] ?? values['phase']), // a number, for subscribers' filters
    severity: String(values['severity'] ?? 'unknown'),
    audience,
    ...(level ? { level: String(level) } : {}), // the level that is called
  };
  const text = { message: name, subject, body, ...(trading ? { halted: trading.halted } : {}) };
  const outcome = await publish(subject, body, attributes).then(
    (message_id) => ({ sent: true, detail: { ...text, message_id } }) as const,
    (error: Error) => ({ sent: false, detail: { ...text, error: error.name, why: error.message } }) as const,
  );
  const happened: Happened = {
    id: `message-${outcome.sent ? 'sent' : 'not-sent'}/${name}`,
    type: outcome.sent ? 'Message sent' : 'Message not sent',
    at: new Date(now()).toISOString(),
    detail: outcome.detail,
  };
  await keepIfUnsent(deps, request, outcome.sent, events);
  const chain = await appendSealed(history, rollback.id, happened.at, happened).catch(() => endOf(events));
  if (!outcome.sent)
    throw new Error(`The message ${name} was not sent: ${outcome.detail.why}. Nobody has received it.`);
  return { message: name, chain };
}

/**
 * Stores the RECORD and the seal of a message that an earlier call has sent: it may have died behind its event, and after the
 * last message of a rollback nothing else stores them.
 */
const completed = (
  { history, now }: Pick<SendMessageDeps, 'history' | 'now'>,
  rollback: string,
  events: readonly RollbackEvent[],
): Promise<Chain> => appendSealed(history, rollback, new Date(now()).toISOString()).catch(() => endOf(events));

/** The messages that report an ending, and the ending; null: the message is true of an open rollback only. */
const reports: Readonly<Record<string, RollbackRecord['ending']>> = {
  'initial-alert': null,
  'rollback-complete': 'Rolled back',
  'rollback-unverified': 'Rolled back, unverified',
  'stood-down': 'Stood down',
  'fix-forward': 'Fix forward',
  'deferred-to-next-release': 'Deferred to next release',
  'observed-only': 'Observed only',
};

/**
 * Throws RollbackOver if the rollback has another ending than the one that the message reports.
 *
 * False: the message says that the rollback starts, but it has ended. The machine has gone on without waiting for that
 * message, so nobody would read an error, and people have had the message of the ending.
 */
function isStillTrue(name: string, events: readonly RollbackEvent[]): boolean {
  const reported = reports[name];
  if (reported === undefined || events[0]?.type !== 'Rollback opened') return true;
  const { rollback_id: id, phase, phases, ending, completion_time } = recordOf(events);
  if (ending === null || ending === reported) return true;
  if (reported === null) return false;
  throw rollbackOver({ id, phase, phases }, { ending, at: completion_time ?? '' });
}

/**
 * Counts and keeps a message that was not sent; forgets one that was kept or owed. Ignores errors of table and metric: the
 * caller must still record whether the message was sent.
 */
async function keepIfUnsent(
  { unsent, countUnsent }: SendMessageDeps,
  { rollback, message: { name, template }, values }: SendRequest,
  sent: boolean,
  events: readonly RollbackEvent[],
): Promise<void> {
  const message = { rollback: rollback.id, message: name };
  const failedBefore = events.some(({ type, detail }) => type === 'Message not sent' && detail['message'] === name);
  if (!sent) {
    await countUnsent().catch(() => {});
    await unsent.keep({ ...message, template, values }).catch(() => {});
  } else if (failedBefore || isOwed(name)) await unsent.forget(message).catch(() => {});
}

const isOwed = (name: string): boolean => endingMessages.some((one) => one === name);

/** A message of a drill begins with DRILL, in its subject and in its text, whatever its template says. */
function marked(template: string, [opening]: readonly RollbackEvent[]): string {
  return opening?.detail['mode'] === 'simulate' ? asDrill(template) : template;
}

/** Returns the ETA by the usual time of such rollbacks, for a message that gives one. An error leaves the limit as the ETA. */
async function usualEta(
  { usualMinutes }: Pick<SendMessageDeps, 'usualMinutes'>,
  template: string,
  events: readonly RollbackEvent[],
): Promise<SendRequest['values']> {
  if (!usualMinutes || !template.includes('[eta]') || events[0]?.type !== 'Rollback opened') return {};
  const record = recordOf(events);
  if (record.phases) return {}; // one rollback of several phases takes longer
  const usual = await usualMinutes(record.phase, record.severity).catch(() => null);
  return usual ? { eta: etaOf(record, usual) } : {};
}

/** Returns whether trading is halted, for a message that says so. It is read now: a halt is no part of a rollback's history. */
async function tradingNow(
  { trading }: Pick<SendMessageDeps, 'trading'>,
  template: string,
  events: readonly RollbackEvent[],
): Promise<TradingState | undefined> {
  if (!trading || !template.includes('[trading]') || events[0]?.type !== 'Rollback opened') return undefined;
  const record = recordOf(events);
  const halts = await trading.events().catch(() => null);
  const about = { events: halts, halting: trading.halting, environmentWords: environmentWords(record.execution_arn) };
  return tradingState(record, about);
}

/** Returns the references of a rollback whose record cannot be read. */
function namedBy({ rollback, values }: SendRequest): SendRequest['values'] {
  const execution_arn = values['execution'] === undefined ? null : String(values['execution']);
  const named = { rollback_id: rollback.id, execution_arn, phase: values['phase'] ?? 'unknown' };
  return {
    environment_words: environmentWords(execution_arn),
    reference: referenceWithoutRecord(named),
    reference_line: referenceLineWithoutRecord(named),
  };
}

/**
 * Returns the record's values over those of the machine. Only the machine knows the problem of a rollback whose closing
 * failed, and the ending of a drill that could not be ended.
 */
function valuesOf({ values }: SendRequest, events: readonly RollbackEvent[]): SendRequest['values'] {
  if (events[0]?.type !== 'Rollback opened') return values;
  const known = Object.entries(messageValues(recordOf(events), events)).filter(([, value]) => value !== null);
  return { ending: openEnding, ...values, ...Object.fromEntries(known) };
}
