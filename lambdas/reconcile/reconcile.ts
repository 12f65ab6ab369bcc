import { contentHash } from '../../domain/content-hash.ts';
import { type Action, rebuiltEvent, reconcile } from '../../domain/reconcile.ts';
import type { closeRollback } from '../close-rollback/close-rollback.ts';
import type { sendMessage } from '../send-message/send-message.ts';
import { type LookNeeds, lookAround } from './look-around.ts';

export type ReconcileNeeds = LookNeeds & {
  /** Starts a phase's machine. A name that was used before starts nothing. */
  readonly start: (phase: number, input: unknown, name?: string) => Promise<void>;
  readonly arnOf: (alarm: string) => string;
  /** Cancels what an ended execution left running, and records what each host had done. */
  readonly stopCommands: (rollback: string, status: string) => Promise<void>;
  readonly close: (closing: Parameters<typeof closeRollback>[1]) => Promise<unknown>;
  readonly page: (
    message: 'needs-a-person' | 'fleet-held',
    sending: Omit<Parameters<typeof sendMessage>[1], 'message'>,
  ) => Promise<unknown>;
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
      return needs.start(action.phase, lateRequest(action), lateName(action));
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
  }
}

type Late = Extract<Action, { type: 'roll back returned hosts' }>;

const lateRequest = ({ rollback, hosts }: Late) => ({
  only_hosts: hosts,
  operator: 'reconcile',
  reason: `Can be reached again; rollback ${rollback} had to pass them by`,
});

/** The same hosts of the same rollback are started once, however that ends: after a failure a person looks first. */
const lateName = ({ rollback, hosts }: Late) => `returned-${contentHash([rollback, hosts]).slice(0, 16)}`;

const tell = (
  { page }: ReconcileNeeds,
  message: Parameters<ReconcileNeeds['page']>[0],
  { rollback, phase, why }: { rollback: string; phase: number; why: string },
) => page(message, { rollback: { id: rollback }, values: { phase, problem: why } });
