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

/** Returns a verdict together with the hosts of the rollback that are still owed the rollback of another phase. */
export async function judgedWithOwed(
  { unreached, openRollbacks }: OwedElsewhereDeps,
  rollback: Rollback,
  scope: RollbackScope,
  last: Pick<RecoveryVerdict, 'verdict' | 'problem'>,
) {
  const here = new Set(scope.hosts.map(({ instance_id }) => instance_id));
  const own = phasesOf(rollback);
  const owed = (await unreached.all()).filter((one) => here.has(one.instance_id) && !own.includes(one.phase));
  const { others } = owed.length > 0 ? await openRollbacks(rollback, scope) : { others: [] };
  return withOwedElsewhere(last, owed, others);
}
