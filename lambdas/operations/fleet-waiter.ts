import { actedWith, type Waiter } from '../../domain/decision/fleet-queue.ts';
import type { Happened } from '../../domain/history/event.ts';
import type { RollbackRecord } from '../../domain/history/record.ts';
import { lowestOf, phasesOf } from '../../domain/phases.ts';
import type { Rollback } from '../middleware/payload.ts';
import type { FleetLock, FleetQueue } from '../stores/fleet-queue.ts';

/** Returns a rollback as a waiter for its fleet. Its severity is the present one: a worse alarm may have joined. */
export function waiterOf(
  rollback: Pick<Rollback, 'id' | 'execution_arn' | 'phase' | 'phases' | 'deadline'>,
  { severity, deployment, start_time }: Pick<RollbackRecord, 'severity' | 'deployment' | 'start_time'>,
  { holder, waiters }: Pick<FleetQueue, 'holder' | 'waiters'>,
): Waiter {
  const mine = waiters.find((one) => one.rollback === rollback.id);
  return withHolder(
    {
      rollback: rollback.id,
      execution_arn: rollback.execution_arn,
      ...lowestOf(rollback),
      severity,
      deployed: deployment?.at ?? null,
      opened: start_time,
      part: 'all',
      touched: false,
      until: rollback.deadline,
      incident: mine?.incident ?? holder?.incident ?? holder?.rollback ?? waiters[0]?.incident ?? rollback.id,
      acted: mine?.acted ?? [],
    },
    holder,
  );
}

/** Adds what the present holder has done in the incident. */
export const withHolder = (waiter: Waiter, holder: FleetLock | undefined): Waiter =>
  holder && holder.rollback !== waiter.rollback
    ? { ...waiter, acted: [...(holder.acted ?? []), ...phasesOf(holder)].reduce(actedWith, waiter.acted) }
    : waiter;

/** The event of a wait, once per holder and not once per try. */
export const waitingFor = (fleet: string, holder: FleetLock, { incident }: Waiter, at: string): Happened => ({
  id: `waiting-for-the-fleet/${holder.rollback}/${holder.fence}`,
  type: 'Waiting for the fleet',
  at,
  detail: { fleet, holder: holder.rollback, holder_phase: holder.phase, held_since: holder.taken_at, incident },
});
