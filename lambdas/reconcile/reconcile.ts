import { contentHash } from '../../domain/content-hash.ts';
import { recordOf } from '../../domain/history/record.ts';
import { questionValues, reminderValues } from '../../domain/message/question-values.ts';
import type { Contacts } from '../../domain/question/contact.ts';
import { messageOf } from '../../domain/question/question.ts';
import { type Action, rebuiltEvent, reconcile, type Said } from '../../domain/reconcile/reconcile.ts';
import type { Wake } from '../clients/wake-machine.ts';
import type { closeRollback } from '../close-rollback/close-rollback.ts';
import { type MissingNeeds, sayIfLate } from '../operations/limit-missed.ts';
import type { sendMessage } from '../send-message/send-message.ts';
import { type LookAroundNeeds, lookAround } from './observe.ts';

export type ReconcileNeeds = LookAroundNeeds &
  MissingNeeds & {
    /** Starts a phase's machine. A name that was used before starts nothing. */
    readonly start: (phase: number, input: unknown, name?: string) => Promise<void>;
    readonly arnOf: (alarm: string) => string;
    /** Cancels what an ended execution left running, and records what each host had done. */
    readonly stopCommands: (rollback: string, status: string) => Promise<void>;
    readonly close: (closing: Parameters<typeof closeRollback>[1]) => Promise<unknown>;
    /** Sends one message of a template; another name than the template's tells it from another of the same. */
    readonly page: (
      of: Said,
      sending: Omit<Parameters<typeof sendMessage>[1], 'message'>,
      name?: string,
    ) => Promise<unknown>;
    readonly wake: Wake;
    readonly people: Contacts;
    /** Sends the messages that SNS would not take. */
    readonly resend: () => Promise<void>;
    /** Writes what the history table would not take, for rollbacks that nobody writes to any more. */
    readonly writeLateHistory: () => Promise<void>;
  };

/**
 * Looks at the whole account once and puts right what fell through: lost alarms, stopped executions, locks of nobody, late
 * history, messages that did not leave, hosts that are back.
 *
 * One thing that cannot be put right does not keep it from the others; it is thrown at the end, so that it shows.
 */
export async function reconcileOnce(needs: ReconcileNeeds): Promise<{ readonly done: readonly Action[] }> {
  const actions = reconcile(await lookAround(needs));
  const problems: unknown[] = [];
  for (const work of [needs.writeLateHistory, needs.resend, ...actions.map((action) => () => carryOut(needs, action))])
    await work().catch((error) => problems.push(error));
  if (problems.length > 0)
    throw new AggregateError(
      problems,
      `${problems.length} things could not be put right: ${problems.map((one) => (one as Error).message).join(' ')}`,
    );
  return { done: actions };
}

async function carryOut(needs: ReconcileNeeds, action: Action): Promise<void> {
  switch (action.type) {
    case 'start':
      return needs.start(action.alarm.phase, rebuiltEvent(action.alarm, needs.arnOf(action.alarm.alarm)));
    case 'roll back returned hosts':
      return needs.start(action.phase, returnedRequest(action), returnedName(action));
    case 'forget returned host':
      return needs.unreached.forget(action.phase, action.instance_id);
    case 'close':
      // First: a record that says how it ended must not have commands that still run.
      await needs.stopCommands(action.rollback, action.status);
      await needs.close({
        rollback: { id: action.rollback, execution_arn: action.execution_arn, phase: action.phase, fleet: needs.fleet },
        fence: 0,
        ending: 'Needs a person',
        problem: action.why,
      });
      await tell(needs, 'needs-a-person', action);
      return;
    case 'free':
      await needs.locks.free(action.fleet, action.rollback, action.fence);
      return;
    case 'page':
      await tell(needs, action.message, action);
      return;
    case 'remind':
      return remind(needs, action);
    case 'wake':
      return needs.wake(action);
    case 'say at risk':
      return sayAtRisk(needs, action);
    case 'say late': {
      const record = recordOf(await needs.history.events(action.rollback));
      return sayIfLate(needs, record, new Date(needs.now()).toISOString());
    }
  }
}

async function remind(
  { page, people, environment, history, questions, now }: ReconcileNeeds,
  { question, call }: Extract<Action, { type: 'remind' }>,
): Promise<void> {
  const { assessment, reason, trigger } = recordOf(await history.events(question.rollback));
  const about = { plan: null, assessment, impact: reason ?? trigger };
  const values = {
    ...questionValues(question, about, { environment, contacts: people }),
    ...reminderValues(call, (await questions.read(question)) ?? { question, decisions: [] }, people, now()),
  };
  const name = messageOf(call.percent === 50 ? 'reminder-50' : 'reminder-80', question.number);
  await page('reminder', { rollback: { id: question.rollback }, values }, name);
}

async function sayAtRisk(
  { page, history, now }: ReconcileNeeds,
  { rollback, phase, says }: Extract<Action, { type: 'say at risk' }>,
): Promise<void> {
  const at = new Date(now()).toISOString();
  await history.append(rollback, { id: 'limit-at-risk', type: 'Limit at risk', at, detail: { says } });
  await page('limit-at-risk', { rollback: { id: rollback }, values: { phase, says } });
}

type ReturnedHosts = Extract<Action, { type: 'roll back returned hosts' }>;

/**
 * As severe as the rollback that it completes: what is wrong on these hosts is as bad as it was on the others. Its limit
 * counts from its own start, since nobody could keep that of the first while they could not be reached.
 */
const returnedRequest = ({ rollback, severity, hosts }: ReturnedHosts) => ({
  only_hosts: hosts,
  severity,
  operator: 'reconcile',
  reason: `Can be reached again; rollback ${rollback} had to pass them by`,
});

/** The same hosts of the same rollback are started once, however that ends: after a failure a person looks first. */
const returnedName = ({ rollback, hosts }: ReturnedHosts) => `returned-${contentHash([rollback, hosts]).slice(0, 16)}`;

const tell = (
  { page }: ReconcileNeeds,
  message: Said,
  { rollback, phase, why }: { rollback: string; phase: number; why: string },
) => page(message, { rollback: { id: rollback }, values: { phase, problem: why } });
