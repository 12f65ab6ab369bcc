import { withOwedElsewhere } from '../../domain/host/owed-elsewhere.ts';
import type { RecoveryVerdict } from '../../domain/host/recovery.ts';
import { phasesOf } from '../../domain/phases.ts';
import type { Rollback } from '../middleware/payload.ts';
import type { RollbackScope } from '../stores/rollback-scope.ts';
import type { Unreached } from '../stores/unreached-hosts.ts';
import type { OpenRollbacks } from './open-rollbacks.ts';

export type OwedElsewhereDeps = {
  readonly unreached: Pick<Unreached, 'all'>;
  readonly openRollbacks: OpenRollbacks;
};

/** Returns the hosts of a rollback that are owed the rollback of another phase. */
async function owedIn({ unreached }: Pick<OwedElsewhereDeps, 'unreached'>, rollback: Rollback, scope: RollbackScope) {
  const here = new Map(scope.hosts.map(({ instance_id, name }) => [instance_id, name]));
  const own = phasesOf(rollback);
  return (await unreached.all()).flatMap((one) => {
    const name = here.get(one.instance_id); // the present one
    return name !== undefined && !own.includes(one.phase) ? [{ ...one, name }] : [];
  });
}

/**
 * Returns the hosts of a rollback that are owed the rollback of another phase, which Reconcile starts after this one. A host that
 * a person left out waits for a person.
 */
export const followsIn = async (...of: Parameters<typeof owedIn>) =>
  (await owedIn(...of)).filter(({ left_out }) => !left_out).map(({ name, phase }) => ({ name, phase }));

/** Returns a verdict together with the hosts of the rollback that are still owed the rollback of another phase. */
export async function judgedWithOwed(
  { unreached, openRollbacks }: OwedElsewhereDeps,
  rollback: Rollback,
  scope: RollbackScope,
  last: Pick<RecoveryVerdict, 'verdict' | 'problem'>,
) {
  const owed = await owedIn({ unreached }, rollback, scope);
  const { others } = owed.length > 0 ? await openRollbacks(rollback, scope) : { others: [] };
  return withOwedElsewhere(last, owed, others);
}
