import type { Inventory, SeenHost } from '../../domain/host/inventory.ts';
import { isMissed } from '../../domain/host/inventory.ts';
import { softwareChange } from '../../domain/witness/other-changes.ts';
import type { SeenHosts } from '../stores/seen-hosts.ts';

export type RememberHostsDeps = {
  readonly inventory: () => Promise<Inventory>;
  readonly seenHosts: SeenHosts;
  readonly now: () => number;
};

const minute = 60_000;

/** Runs that read the inventory: one in five, because a new host need not be remembered sooner. */
const everyMinutes = 5;

/** A stored instant may be an hour old, so a host costs 24 writes a day and not 288. It counts for days. */
const staleMilliseconds = 3600_000;

/**
 * Stores which hosts the inventory has, and forgets those that were terminated and those that nobody misses any more.
 *
 * Throws if EC2 does not respond: a missing permission must not stay unnoticed until a rollback needs it.
 */
export async function rememberHosts({ inventory, seenHosts, now }: RememberHostsDeps): Promise<void> {
  if (Math.floor(now() / minute) % everyMinutes !== 0) return;
  const [{ hosts, gone, complete }, seen] = await Promise.all([inventory(), seenHosts.all()]);
  if (!complete) throw new Error('EC2 did not list the instances, so the inventory knows no stopped host.');
  const before = new Map(seen.map((host) => [host.instance_id, host]));
  const seen_at = new Date(now()).toISOString();
  for (const { instance_id, name, missing, agent_version, platform } of hosts) {
    const known = before.get(instance_id);
    const software = { ...(agent_version ? { agent_version } : {}), ...(platform ? { platform } : {}) };
    const what = softwareChange(known?.software ?? {}, software);
    if (missing || !(what || isStale(known, name, now()))) continue;
    const changed = what ? { at: seen_at, what } : known?.changed;
    await seenHosts.see({
      instance_id,
      name,
      seen_at,
      software: { ...known?.software, ...software },
      ...(changed ? { changed } : {}),
    });
  }
  for (const host of seen)
    if (gone.includes(host.instance_id) || !isMissed(host, now())) await seenHosts.forget(host.instance_id);
}

const isStale = (seen: SeenHost | undefined, name: string, now: number) =>
  seen === undefined || seen.name !== name || now - Date.parse(seen.seen_at) >= staleMilliseconds;
