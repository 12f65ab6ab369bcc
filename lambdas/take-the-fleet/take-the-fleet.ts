import { FleetBusy } from '../../domain/errors.ts';
import type { Chain } from '../../domain/event.ts';
import type { FleetLock, FleetLocks } from '../fleet-lock.ts';
import type { History } from '../history.ts';
import type { Rollback } from '../payload.ts';

export type Taking = { readonly rollback: Rollback };
export type Taken = { readonly fence: number; readonly chain: Chain };
export type TakingNeeds = { readonly locks: FleetLocks; readonly history: History; readonly now: () => number };

/**
 * Takes the fleet for this rollback. Taking what it already holds answers the same.
 *
 * Throws FleetBusy while another holds it and waiting makes sense, and a plain error once the deadline has passed.
 */
export async function takeTheFleet({ locks, history, now }: TakingNeeds, { rollback }: Taking): Promise<Taken> {
  const at = new Date(now()).toISOString();
  const by = { rollback: rollback.id, execution_arn: rollback.execution_arn, phase: rollback.phase };
  const lock = await locks.take(rollback.fleet, by, at);
  if (lock) {
    const detail = { fleet: rollback.fleet, fence: lock.fence };
    return {
      fence: lock.fence,
      chain: await history.append(rollback.id, { id: 'fleet-taken', type: 'Fleet taken', at, detail }),
    };
  }
  const holder = await locks.holder(rollback.fleet);
  if (!holder) throw new FleetBusy(`Fleet ${rollback.fleet} was freed a moment ago. Trying again.`);
  await history.append(rollback.id, waiting(rollback.fleet, holder, at));
  if (at < rollback.deadline) throw new FleetBusy(heldBy(rollback.fleet, holder));
  throw new Error(
    `${heldBy(rollback.fleet, holder)} It was not freed by ${rollback.deadline}, this rollback's limit; no host was touched.`,
  );
}

const waiting = (fleet: string, holder: FleetLock, at: string) => ({
  id: `waiting-for-the-fleet/${holder.rollback}/${holder.fence}`, // once a holder, not once a try
  type: 'Waiting for the fleet' as const,
  at,
  detail: { fleet, holder: holder.rollback, holder_phase: holder.phase, held_since: holder.taken_at },
});

const heldBy = (fleet: string, { rollback, phase, taken_at }: FleetLock) =>
  `Fleet ${fleet} is held by rollback ${rollback} of phase ${phase} since ${taken_at}.`;
