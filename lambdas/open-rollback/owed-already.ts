import type { Assessment } from '../../domain/alarm/assessment.ts';
import type { RollbackCause } from '../../domain/decision/rollback-cause.ts';
import type { Happened } from '../../domain/history/event.ts';
import type { HostWitness } from '../../domain/witness/host-witness.ts';
import { type OwedStateDeps, owedState } from '../operations/owed-state.ts';
import type { Claim, Claims } from '../stores/claims.ts';
import type { Unreached, UnreachedHost } from '../stores/unreached-hosts.ts';

export type OwedAlreadyDeps = Omit<OwedStateDeps, 'targets'> & {
  readonly claims: Pick<Claims, 'endAlarmClaim'>;
  readonly unreached: Pick<Unreached, 'all'>;
};

/**
 * Milliseconds for which an alarm waits for the rollback of returned hosts. Reconcile starts it within a minute, and it takes about
 * one more. Of a CRITICAL rollback's 15 minutes then 11 are left to ask people.
 */
const patience = 4 * 60_000;

/**
 * Returns the event of an alarm that needs no rollback of its own, because every ill host has just returned with the version that an
 * earlier rollback took away from the others: Reconcile rolls these hosts back. Undefined: the alarm is handled as any other.
 *
 * If the alarm is still red four minutes after it turned red, Reconcile starts another rollback for it, which does not wait again.
 */
export async function owedAlready(
  deps: OwedAlreadyDeps,
  { claim, cause: { alarm }, phase }: { readonly claim: Claim; readonly cause: RollbackCause; readonly phase: number },
  assessment: Assessment | null,
): Promise<Happened | undefined> {
  const witness = assessment?.witness;
  const now = deps.now();
  if (!alarm || !witness || witness.ill === 0 || witness.unknown > 0) return undefined;
  const until = Date.parse(alarm.changed_at) + patience;
  if (now >= until) return undefined;
  const owed = await dueHosts(deps, phase, witness);
  if (!owed) return undefined;
  const at = new Date(now).toISOString();
  const looked = new Date(until).toISOString();
  await deps.claims.endAlarmClaim(alarm.name, alarm.changed_at, claim, looked);
  const by = [...new Set(owed.map(({ rollback }) => rollback))].join(', ');
  const why = [
    ...witness.says,
    `Each of them returned with what rollback ${by} took away from the other hosts, and Reconcile rolls them back now. If the alarm is still red at ${looked}, another rollback starts for it.`,
  ];
  return { id: 'owed-already', type: 'Decided', at, detail: { decision: 'Already handled', why } };
}

/** Returns the hosts of a witness that Reconcile rolls back now; undefined if it does not roll back each ill one. */
async function dueHosts(
  deps: OwedAlreadyDeps,
  phase: number,
  { ill, names }: HostWitness,
): Promise<readonly UnreachedHost[] | undefined> {
  if (names.length < ill) return undefined; // not all are named
  const waiting = (await deps.unreached.all()).filter((one) => one.phase === phase && !one.left_out);
  const owed = names.flatMap((name) => waiting.filter((one) => one.name === name).slice(0, 1));
  if (owed.length < ill) return undefined;
  const states = await Promise.all(owed.map((one) => owedState({ ...deps, targets: {} }, one)));
  return states.some(({ superseded, paused }) => superseded || paused) ? undefined : owed;
}
