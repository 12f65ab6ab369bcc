import type { RollbackRecord } from '../../domain/history/record.ts';
import type { Template } from '../../domain/message/message.ts';
import type { History } from '../stores/history.ts';
import { appendSealed } from '../stores/seal.ts';
import type { Unsent } from '../stores/unsent-messages.ts';

export type LimitMissedDeps = {
  readonly history: History;
  readonly unsent: Unsent;
  readonly countMissed: () => Promise<void>;
  /** Text of the message to people. */
  readonly limitMissed: Template;
};

/**
 * Reports once that a rollback is over its limit; does nothing for a rollback within its limit.
 *
 * Counts the miss for its alarm, stores the message for Reconcile to send, and writes the event last: a call that died
 * before the event is repeated.
 */
export async function reportIfLimitMissed(
  { history, unsent, countMissed, limitMissed }: LimitMissedDeps,
  { rollback_id: rollback, deadline, limit_missed }: RollbackRecord,
  at: string,
): Promise<void> {
  if (limit_missed || deadline === null || at < deadline) return;
  await countMissed();
  await unsent.keep({ rollback, message: 'limit-missed', template: limitMissed, values: {} });
  await appendSealed(history, rollback, at, { id: 'limit-missed', type: 'Limit missed', at, detail: { deadline } });
}
