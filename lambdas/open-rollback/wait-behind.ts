import { limitOf } from '../../domain/decision/limits.ts';
import type { RollbackCause } from '../../domain/decision/rollback-cause.ts';
import { recordOf } from '../../domain/history/record.ts';
import { lowestOf } from '../../domain/phases.ts';
import { waiterOf, waitingFor } from '../operations/fleet-waiter.ts';
import type { Claim } from '../stores/claims.ts';
import type { FleetQueues } from '../stores/fleet-queue.ts';
import type { History } from '../stores/history.ts';

type WaitBehindDeps = {
  readonly history: Pick<History, 'append' | 'events'>;
  readonly locks: Pick<FleetQueues, 'queue' | 'wait'>;
  readonly settings: { readonly limits: Parameters<typeof limitOf>[2] };
  readonly now: () => number;
};
/** A person's start that is not admitted yet. */
type Waiting = {
  readonly claim: Claim;
  readonly cause: RollbackCause;
  readonly phase: number;
  readonly fleet: string;
};

/**
 * Has a start wait in the queue of the fleet that the rollback of its phase holds during its hand-over. A release then names the
 * start as the next holder, and a CRITICAL start leaves the operator five minutes. If the start joins that rollback after all, it
 * leaves the queue.
 */
export async function waitBehind(
  { history, locks, now, settings }: WaitBehindDeps,
  { claim, cause, phase, fleet }: Waiting,
): Promise<void> {
  const { rollback: id, execution_arn, phases } = claim;
  const [queue, events] = await Promise.all([locks.queue(fleet), history.events(id)]);
  const { at: deadline } = limitOf(cause, [], settings.limits);
  const waiting = { id, execution_arn, ...lowestOf({ phase, phases }), deadline };
  const waiter = waiterOf(waiting, recordOf(events), queue);
  await locks.wait(fleet, waiter);
  if (!queue.holder) return;
  await history.append(id, waitingFor(fleet, queue.holder, waiter, new Date(now()).toISOString()));
}
