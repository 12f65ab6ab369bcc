import { blockOf } from '../../domain/brakes/brakes.ts';
import type { ReadBrakes } from '../stores/brakes.ts';
import type { Deployments } from '../stores/deployments.ts';
import type { UnreachedHost } from '../stores/unreached-hosts.ts';

export type OwedStateDeps = {
  readonly deployments: Pick<Deployments, 'newest'>;
  readonly brakes: ReadBrakes;
  /** The tag that each phase's runbook restores. */
  readonly targets: Readonly<Record<string, string>>;
  readonly now: () => number;
};

/**
 * Returns what keeps Reconcile from rolling a host back that an earlier rollback could not reach. `superseded`: its phase was
 * deployed again since. `paused`: automation of the phase is paused, or the version to restore is blocked.
 */
export async function owedState(
  { deployments, brakes, targets, now }: OwedStateDeps,
  { phase, since, target }: Pick<UnreachedHost, 'phase' | 'since' | 'target'>,
): Promise<{ readonly superseded: boolean; readonly paused: boolean }> {
  const newest = await deployments.newest(phase, new Date(now()).toISOString());
  const { pause, blocks } = await brakes(phase);
  // An earlier version of the product stored no target with a host: it always restored the runbook's tag.
  const owed = target ?? (targets[phase] === undefined ? undefined : { version: targets[phase] });
  return {
    superseded: newest !== undefined && newest.at > since,
    paused: pause !== null || (owed !== undefined && blockOf(blocks, { phase, ...owed }) !== null),
  };
}
