import { leftAfter } from '../../domain/message/half-rolled-back.ts';
import type { OfPhases } from '../../domain/phases.ts';
import type { FleetLocks, FleetQueue } from '../stores/fleet-lock.ts';
import type { RollbackScope } from '../stores/rollback-scope.ts';

/** After a rollback that ended well: forgets what earlier ones left half done in its phases and on its hosts. Repeating it is harmless. */
export async function finishHalf(
  locks: Pick<FleetLocks, 'keepHalf' | 'forgetHalf'>,
  rollback: OfPhases & { readonly fleet: string },
  { half }: Pick<FleetQueue, 'half'>,
  scope: Pick<RollbackScope, 'hosts' | 'only_hosts'>,
): Promise<void> {
  for (const one of half) {
    const left = leftAfter(one, rollback, scope);
    if (left === null) await locks.forgetHalf(rollback.fleet, one.rollback);
    else if (left !== one) await locks.keepHalf(rollback.fleet, left);
  }
}
