import type { Environment } from '../../domain/infra/environment.ts';
import type { ManagedInstances } from '../clients/managed-instances.ts';
import type { RecentRollbacks } from '../stores/recent-rollbacks.ts';

type CountedHostsDeps = {
  readonly managedInstances: ManagedInstances;
  readonly recentRollbacks: Pick<RecentRollbacks, 'between'>;
  readonly settings: { readonly brakes: Pick<Environment['brakes'], 'hosts'> };
};

const late = 'online only after the decision, and brakes.hosts caps the hosts that automation touches';

/**
 * Returns Systems Manager's list in which only the hosts are online that the cap counted when the rollback began by itself.
 *
 * An opening that failed after its decision is tried again for minutes, and hosts may come online meanwhile. They count as hosts
 * that could not be reached: Reconcile rolls them back next, and the cap counts them then.
 */
export async function countedHosts(
  { managedInstances, recentRollbacks, settings }: CountedHostsDeps,
  { id, phase, start_time }: { readonly id: string; readonly phase: number; readonly start_time: string },
): Promise<ManagedInstances> {
  if (!settings.brakes.hosts) return managedInstances;
  const began = (await recentRollbacks.between(phase, start_time, start_time)).find(({ rollback }) => rollback === id);
  if (!began?.hosts) return managedInstances; // a person began it
  const counted = new Set(began.hosts.map(({ instance_id }) => instance_id));
  return {
    ...managedInstances,
    hosts: async (tag) =>
      (await managedInstances.hosts(tag)).map((host) =>
        host.online && !counted.has(host.instance_id) ? { ...host, online: false, away: late } : host,
      ),
  };
}
