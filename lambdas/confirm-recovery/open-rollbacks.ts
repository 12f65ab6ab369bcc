import type { OpenRollback } from '../../domain/host/recovery.ts';
import { lowestOf, type OfPhases, phasesOf } from '../../domain/phases.ts';
import type { Rollback } from '../middleware/payload.ts';
import type { Claims } from '../stores/claims.ts';
import type { FleetLocks } from '../stores/fleet-lock.ts';
import type { RollbackScope } from '../stores/rollback-scope.ts';

/**
 * Returns the other rollbacks of the fleet that are open, with or without the fleet, and the phases that this incident has
 * rolled back before.
 */
export type OpenRollbacks = (
  rollback: Rollback,
  scope: Pick<RollbackScope, 'only_hosts'>,
) => Promise<{ readonly others: readonly OpenRollback[]; readonly acted: readonly number[] }>;

export const openRollbacksIn =
  ({
    locks,
    claims,
    phases,
  }: {
    readonly locks: Pick<FleetLocks, 'queue'>;
    readonly claims: Pick<Claims, 'phaseClaim'>;
    readonly phases: readonly number[];
  }): OpenRollbacks =>
  async ({ id, fleet, ...rollback }, { only_hosts }) => {
    const own = phasesOf(rollback);
    const [{ holder, waiters }, ...claimed] = await Promise.all([
      locks.queue(fleet),
      ...phases.map(async (one) => ({ phase: one, claim: await claims.phaseClaim(one) })),
    ]);
    const open = new Map<string, OfPhases>();
    for (const { phase: one, claim } of claimed)
      if (claim) open.set(claim.rollback, lowestOf({ phase: one, phases: claim.phases }));
    for (const one of waiters)
      if (!own.includes(one.phase) && !open.has(one.rollback)) open.set(one.rollback, { phase: one.phase }); // it may have no claim
    open.delete(id);
    const others = [...open]
      .map(([rollback, { phase, phases }]) => ({
        ...{ rollback, phase, wider: own.includes(phase) },
        ...(phases ? { phases } : {}),
      }))
      // The claim of its own phase is another's only if this rollback is of a few hosts.
      .filter(({ wider }) => !wider || only_hosts !== null);
    return { others, acted: (holder?.acted ?? []).filter((one) => !own.includes(one)) };
  };
