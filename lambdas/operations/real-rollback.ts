import { lowestOf, type OfPhases } from '../../domain/phases.ts';
import type { Claims } from '../stores/claims.ts';
import type { FleetQueues } from '../stores/fleet-queue.ts';

export type RealRollbackDeps = {
  readonly claims: Pick<Claims, 'openOn'>;
  readonly locks: Pick<FleetQueues, 'queue'>;
  readonly phases: readonly number[];
};

/** A rollback that is open, or that has ended and still holds its fleet. */
export type RealRollback = OfPhases & {
  readonly rollback: string;
  readonly execution_arn: string;
  readonly holds: boolean;
};

/**
 * Returns a rollback that is open in any phase or holds the fleet; undefined: there is none. A drill claims nothing, so it is
 * never one of them. A rollback of any phase counts, because all phases share hosts.
 */
export async function realRollback(
  { claims, locks, phases }: RealRollbackDeps,
  fleet: string,
): Promise<RealRollback | undefined> {
  const [{ holder }, ...open] = await Promise.all([
    locks.queue(fleet),
    ...phases.map(async (phase) => ({ phase, ...(await claims.openOn(phase)) })),
  ]);
  const found = open.flatMap(({ phase, whole, onHosts, watched }) =>
    [...(whole ? [whole] : []), ...onHosts, ...watched].map(({ rollback, execution_arn, phases: several }) => ({
      rollback,
      execution_arn,
      ...lowestOf({ phase, phases: several }),
      holds: false,
    })),
  );
  return holder ? { ...holder, holds: true } : found[0];
}
