import { contentHash } from '../../domain/content-hash.ts';
import { recordOf } from '../../domain/history/record.ts';
import { questionValues, reminderValues } from '../../domain/message/question-values.ts';
import type { Contacts } from '../../domain/question/contact.ts';
import { messageOf } from '../../domain/question/question.ts';
import { type Action, type ReconcileMessage, rebuiltEvent, reconcile } from '../../domain/reconcile/reconcile.ts';
import type { Wake } from '../clients/wake-machine.ts';
import type { closeRollback } from '../close-rollback/close-rollback.ts';
import { type MissingDeps, reportIfLimitMissed } from '../operations/limit-missed.ts';
import type { sendMessage } from '../send-message/send-message.ts';
import { type ObserveDeps, observe } from './observe.ts';

export type ReconcileDeps = ObserveDeps &
  MissingDeps & {
    /** Starts a phase's machine. A name that was used before starts nothing. */
    readonly start: (phase: number, input: unknown, name?: string) => Promise<void>;
    readonly arnOf: (alarm: string) => string;
    /** Cancels what an ended execution left running, and records what each host had done. */
    readonly stopCommands: (rollback: string, status: string) => Promise<void>;
    readonly close: (closing: Parameters<typeof closeRollback>[1]) => Promise<unknown>;
    /** Sends one message of a template; another name than the template's tells it from another of the same. */
    readonly page: (
      of: ReconcileMessage,
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
export async function reconcileOnce(deps: ReconcileDeps): Promise<{ readonly done: readonly Action[] }> {
  const actions = reconcile(await observe(deps));
  const problems: unknown[] = [];
  for (const work of [deps.writeLateHistory, deps.resend, ...actions.map((action) => () => carryOut(deps, action))])
    await work().catch((error) => problems.push(error));
  if (problems.length > 0)
    throw new AggregateError(
      problems,
      `${problems.length} things could not be put right: ${problems.map((one) => (one as Error).message).join(' ')}`,
    );
  return { done: actions };
}

async function carryOut(deps: ReconcileDeps, action: Action): Promise<void> {
  switch (action.type) {
    case 'start':
      return deps.start(action.alarm.phase, rebuiltEvent(action.alarm, deps.arnOf(action.alarm.alarm)));
    case 'roll back returned hosts':
      return deps.start(action.phase, returnedRequest(action), returnedName(action));
    case 'forget returned host':
      return deps.unreached.forget(action.phase, action.instance_id);
    case 'close':
      // First: a record that says how it ended must not have commands that still run.
      await deps.stopCommands(action.rollback, action.status);
      await deps.close({
        rollback: { id: action.rollback, execution_arn: action.execution_arn, phase: action.phase, fleet: deps.fleet },
        fence: 0,
        ending: 'Needs a person',
        problem: action.why,
      });
      await tell(deps, 'needs-a-person', action);
      return;
    case 'free':
      await deps.locks.free(action.fleet, action.rollback, action.fence);
      return;
    case 'page':
      await tell(deps, action.message, action);
      return;
    case 'remind':
      return remind(deps, action);
    case 'wake':
      return deps.wake(action);
    case 'say at risk':
      return sayAtRisk(deps, action);
    case 'say late': {
      const record = recordOf(await deps.history.events(action.rollback));
      return reportIfLimitMissed(deps, record, new Date(deps.now()).toISOString());
    }
  }
}

async function remind(
  { page, people, environment, history, questions, now }: ReconcileDeps,
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
  { page, history, now }: ReconcileDeps,
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
  { page }: ReconcileDeps,
  message: ReconcileMessage,
  { rollback, phase, why }: { rollback: string; phase: number; why: string },
) => page(message, { rollback: { id: rollback }, values: { phase, problem: why } });
