import { reasonIn } from '../../domain/host/lost-hosts.ts';
import type { WhyLost } from './host-attempt.ts';
import { type InventoryDeps, readInventory } from './read-inventory.ts';

/**
 * Returns lost hosts with the reason that EC2 and Systems Manager know.
 *
 * SendCommand refuses a terminated instance, a stopped one and one without the tag alike, and a person must look for
 * different things. If the inventory cannot be read, the hosts keep the reason of that refusal: the rollback goes on.
 */
export const whyLostIn =
  (deps: Omit<InventoryDeps, 'seenHosts'>): WhyLost =>
  async (lost) => {
    const isLost = (id: string) => lost.some(({ host }) => host.instance_id === id);
    const seen_at = new Date(deps.now()).toISOString();
    const { managedInstances } = deps;
    try {
      const inventory = await readInventory({
        ...deps,
        seenHosts: { all: async () => lost.map(({ host }) => ({ ...host, seen_at })) },
        managedInstances: {
          ...managedInstances,
          // The agent's last ping may be five minutes old, but a host that was just refused is not online.
          hosts: async (tag) =>
            (await managedInstances.hosts(tag)).map((one) =>
              isLost(one.instance_id) ? { ...one, online: false } : one,
            ),
        },
      });
      return lost.map((one) => ({ ...one, reason: reasonIn(inventory, one.host) ?? one.reason }));
    } catch (error) {
      console.warn(`Why hosts left the fleet is not known: ${(error as Error).message}`);
      return lost;
    }
  };
