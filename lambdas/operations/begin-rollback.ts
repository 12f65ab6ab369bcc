import type { BegunBy } from '../../domain/brakes/host-cap.ts';
import { decide, type Verdict } from '../../domain/decision/decide.ts';
import type { Situation } from '../../domain/decision/situation.ts';
import type { RollbackRecord } from '../../domain/history/record.ts';
import type { Host } from '../../domain/host/host-verdict.ts';
import { type OfPhases, phasesOf } from '../../domain/phases.ts';
import type { RecentRollbacks } from '../stores/recent-rollbacks.ts';
import { type CappedHostsDeps, cappedHosts } from './capped-hosts.ts';

export type BeginRollbackDeps = CappedHostsDeps & { readonly recentRollbacks: RecentRollbacks };
type Beginning = OfPhases & { readonly id: string };

/** `hosts`: those that it is about to touch, if a cap counts them. */
type Begin = { readonly start_time: string; readonly by: BegunBy; readonly hosts?: readonly Host[] };

/** Stores that a rollback begins to act, in each of its phases. Repeating it is harmless. */
export async function storeBeginning(
  { recentRollbacks }: Pick<BeginRollbackDeps, 'recentRollbacks'>,
  { id, ...of }: Beginning,
  { start_time, ...begun }: Begin,
): Promise<void> {
  for (const phase of phasesOf(of)) await recentRollbacks.begin(phase, id, start_time, begun);
}

/**
 * Decides on a rollback, and stores that it begins if it acts.
 *
 * Several rollbacks may decide at once. Under a cap each stores its hosts before it counts those of the others once more, and
 * reads are consistent: so of two at least one sees the other. If both do, both ask a permit, which is on the safe side.
 */
export async function decideAndBegin(
  deps: BeginRollbackDeps,
  rollback: Beginning,
  { start_time, only_hosts }: Pick<RollbackRecord, 'start_time' | 'only_hosts'>,
  situation: Situation,
): Promise<Verdict> {
  const { capped, started_by } = situation;
  const withdrawUnlessActing = async (verdict: Verdict) => {
    if (!('act' in verdict))
      for (const phase of phasesOf(rollback)) await deps.recentRollbacks.withdraw(phase, rollback.id, start_time);
    return verdict;
  };
  const verdict = decide(situation);
  const by = started_by === 'person' ? 'person' : 'automation';
  if (capped === undefined || capped === 'unreadable') {
    if ('act' in verdict) await storeBeginning(deps, rollback, { start_time, by });
    return verdict;
  }
  if (!('act' in verdict)) return withdrawUnlessActing(verdict); // an earlier call may have stored it, and died
  await storeBeginning(deps, rollback, { start_time, by, hosts: capped.now });
  const again = await cappedHosts(deps, { id: rollback.id, only_hosts });
  return withdrawUnlessActing(decide({ ...situation, capped: again }));
}
