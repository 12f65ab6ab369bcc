import type { BegunRollback } from '../../domain/brakes/host-cap.ts';
import type { Deployments } from '../stores/deployments.ts';
import type { RecentRollbacks } from '../stores/recent-rollbacks.ts';

export type RepeatedDeps = {
  readonly deployments: Pick<Deployments, 'newest'>;
  readonly recentRollbacks: Pick<RecentRollbacks, 'between'>;
  /** Phases with a runbook. */
  readonly phases: readonly number[];
};

/** A pipeline that is run again reports the same deployment; a day later it is another one. */
const repeatedMilliseconds = 24 * 3600_000;

/**
 * Returns the instant of the deployment that a call without an instant repeats: the phase's newest one, if it has the same version,
 * is at most a day old, and no rollback of any phase acted since. Undefined: it is a new deployment.
 *
 * A second record of one deployment would move the instant from which rows count as corrupt, and a rollback would keep corrupt rows.
 * After a rollback the hosts may have had another version, so the same version again is a new deployment.
 */
export async function repeatedAt(
  { deployments, recentRollbacks, phases }: RepeatedDeps,
  { phase, version, hosts }: { readonly phase: number; readonly version: string; readonly hosts?: readonly string[] },
  now: string,
): Promise<string | undefined> {
  const newest = await deployments.newest(phase, now);
  // The other hosts get a version after the canary group: that is another deployment.
  if (newest?.version !== version || (newest.hosts === undefined) !== (hosts === undefined)) return undefined;
  if (Date.parse(now) - Date.parse(newest.at) > repeatedMilliseconds) return undefined;
  // Twice the time: a rollback that began before the deployment may have ended after it.
  const from = new Date(Date.parse(now) - 2 * repeatedMilliseconds).toISOString();
  const begun = await Promise.all(phases.map((one) => recentRollbacks.between(one, from, now)));
  return begun.flat().some(actedSince(newest.at)) ? undefined : newest.at;
}

const actedSince =
  (at: string) =>
  ({ start_time, ended_at }: BegunRollback): boolean =>
    start_time >= at || ended_at === null || ended_at >= at;
