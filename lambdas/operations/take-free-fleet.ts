import type { Waiter } from '../../domain/decision/fleet-queue.ts';
import type { Happened } from '../../domain/history/event.ts';
import { lowestOf } from '../../domain/phases.ts';
import type { Rollback } from '../middleware/payload.ts';
import type { FleetLock, FleetLocks, FleetQueue } from '../stores/fleet-lock.ts';

/**
 * Takes a fleet that no rollback holds and none waits for; undefined otherwise. A rollback that holds it already gets the same
 * lock.
 */
export async function takeFreeFleet(
  { locks, now }: { readonly locks: FleetLocks; readonly now: () => number },
  { id, execution_arn, phase, phases, fleet }: Rollback,
  { holder, waiters }: FleetQueue,
): Promise<FleetLock | undefined> {
  if (waiters.length > 0) return undefined;
  if (holder) return holder.rollback === id ? holder : undefined;
  const by = { rollback: id, execution_arn, ...lowestOf({ phase, phases }), incident: id };
  return locks.take(fleet, by, new Date(now()).toISOString());
}

/** A waiter as the holder of the fleet. */
export const asHolder = ({ rollback, execution_arn, phase, phases, incident, acted, touched }: Waiter) => ({
  rollback,
  execution_arn,
  ...lowestOf({ phase, phases }),
  incident,
  acted,
  touched,
});

/** The event that a rollback holds the fleet. `first`: it did not hold the fleet before. */
export const fleetTaken = (
  fleet: string,
  { rollback, fence, incident }: FleetLock,
  first: boolean,
  at: string,
): Happened => ({
  id: first ? 'fleet-taken' : `fleet-taken/${fence}`,
  type: 'Fleet taken',
  at,
  detail: { fleet, fence, incident: incident ?? rollback },
});
