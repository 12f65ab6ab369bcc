import {
  type BegunRollback,
  type CappedHosts,
  countsFor,
  type HostCap,
  hostsIn,
  hostsOf,
  readFrom,
} from '../../domain/brakes/host-cap.ts';
import type { Host } from '../../domain/host/host-verdict.ts';
import { type FleetHost, onlineOf } from '../../domain/host/inventory.ts';
import type { Environment } from '../../domain/infra/environment.ts';
import type { RecentRollbacks } from '../stores/recent-rollbacks.ts';
import type { RollbackScopes } from '../stores/rollback-scope.ts';

type Tag = { readonly key: string; readonly value: string };
export type CappedHostsDeps = {
  /** Absent: the rollback's hosts are frozen already. */
  readonly managedInstances?: { hosts(tag: Tag): Promise<readonly FleetHost[]> };
  readonly tag?: Tag;
  readonly recentRollbacks: Pick<RecentRollbacks, 'between'>;
  readonly scopes: Pick<RollbackScopes, 'read'>;
  /** Phases with a runbook: the cap counts the hosts of all. */
  readonly phases: readonly number[];
  readonly settings: { readonly brakes: Pick<Environment['brakes'], 'hosts'> };
  readonly now: () => number;
};

/** A rollback that automation may begin. `only_hosts`: the hosts that its input names; null: the whole fleet. */
type Beginning = { readonly id: string; readonly only_hosts: readonly string[] | null };

/**
 * Returns the hosts that count for the environment's cap if this rollback begins by itself; `unreadable` if those of the other
 * rollbacks cannot be read. undefined, and nothing is read: the environment has no cap.
 *
 * Throws if the hosts of this rollback cannot be read: the opening, which needs them anyway, then tries again.
 */
export async function cappedHosts(
  deps: CappedHostsDeps,
  beginning: Beginning,
): Promise<CappedHosts | 'unreadable' | undefined> {
  const cap = deps.settings.brakes.hosts;
  if (!cap) return undefined;
  const [before, now] = await Promise.all([
    hostsTouched(deps, cap, beginning.id).catch(() => 'unreadable' as const),
    hostsToTouch(deps, beginning),
  ]);
  return before === 'unreadable' ? before : { before, now };
}

/** Returns the hosts that automation's other rollbacks, of all phases, may have touched within the cap's time. */
async function hostsTouched(
  { recentRollbacks, scopes, phases, now }: Omit<CappedHostsDeps, 'settings'>,
  cap: HostCap,
  without: string,
): Promise<Host[]> {
  const from = readFrom(cap, now());
  // Without an upper end: the clock that gave a start_time may be ahead of this one.
  const began = (await Promise.all(phases.map((phase) => recentRollbacks.between(phase, from, '~')))).flat();
  const others = began.filter((one) => one.rollback !== without && countsFor(cap, one, now()));
  return hostsOf(await Promise.all(others.map((one) => hostsOfBegun(scopes, one))));
}

/** Throws if they are not known: then nobody can say how many hosts automation has touched. */
async function hostsOfBegun(scopes: Pick<RollbackScopes, 'read'>, begun: BegunRollback): Promise<Host[]> {
  const hosts = hostsIn(begun, await scopes.read(begun.rollback));
  if (!hosts) throw new Error(`Rollback ${begun.rollback} has begun, but has no frozen hosts yet.`);
  return hosts;
}

/** Returns the hosts that a rollback would touch: those of its scope, or those that the opening would freeze now. */
async function hostsToTouch(
  { scopes, managedInstances, tag }: CappedHostsDeps,
  { id, only_hosts }: Beginning,
): Promise<readonly Host[]> {
  const scope = await scopes.read(id);
  if (scope) return scope.hosts;
  if (!managedInstances || !tag) throw new Error(`Rollback ${id} was never opened: it has no frozen hosts.`);
  return onlineOf(await managedInstances.hosts(tag), only_hosts).map(({ instance_id, name }) => ({
    instance_id,
    name,
  }));
}
