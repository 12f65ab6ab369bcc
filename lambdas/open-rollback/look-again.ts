import type { Assessment } from '../../domain/alarm/assessment.ts';
import { lookAgainMilliseconds } from '../../domain/alarm/silence.ts';
import type { RollbackCause } from '../../domain/decision/rollback-cause.ts';
import type { Claim, Claims } from '../stores/claims.ts';

type LookAgainDeps = { readonly claims: Pick<Claims, 'endAlarmClaim'>; readonly now: () => number };

/**
 * If only the metrics are lost, has Reconcile start another rollback for the alarm in 15 minutes, if it is still red then: its hosts
 * are checked again. Returns whether this is such a rollback, so that people are told of the lost metrics once.
 *
 * Reconcile starts a rollback for a lost event within minutes, so an alarm that has been red for longer was looked at before.
 */
export async function isLookedAtAgain(
  { claims, now }: LookAgainDeps,
  claim: Claim,
  { alarm }: Pick<RollbackCause, 'alarm'>,
  assessment: Assessment | null,
): Promise<boolean> {
  if (!alarm || assessment?.metrics_lost === undefined) return false;
  const { name, changed_at } = alarm;
  await claims.endAlarmClaim(name, changed_at, claim, new Date(now() + lookAgainMilliseconds).toISOString());
  return now() - Date.parse(changed_at) >= lookAgainMilliseconds;
}
