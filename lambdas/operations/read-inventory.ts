import { type Inventory, inventoryOf, isMissed, unlistedHosts } from '../../domain/host/inventory.ts';
import type { Ec2Instances } from '../clients/ec2-instances.ts';
import type { managedInstancesOn } from '../clients/managed-instances.ts';
import type { SeenHosts } from '../stores/seen-hosts.ts';

export type InventoryDeps = {
  readonly managedInstances: Pick<ReturnType<typeof managedInstancesOn>, 'hosts' | 'hybridNodes'>;
  readonly ec2Instances: Ec2Instances;
  readonly seenHosts: Pick<SeenHosts, 'all'>;
  readonly tag: { readonly key: string; readonly value: string };
  readonly now: () => number;
};

/**
 * Reads every host of the fleet from EC2, Systems Manager and the hosts that were seen. Throws if Systems Manager or the
 * table does not respond.
 *
 * Without EC2 the inventory has the hosts of Systems Manager, and names seen hosts that it does not list. A rollback goes
 * on with that: during an outage of one Availability Zone, DescribeInstances may fail for the whole Region (EC2 API
 * reference), and that is no time to wait.
 */
export async function readInventory(deps: InventoryDeps): Promise<Inventory> {
  const { managedInstances, ec2Instances, seenHosts, tag, now } = deps;
  let without_ec2: string | undefined;
  const orNull = <Result>(read: () => Promise<Result>): Promise<Result | null> =>
    read().catch((error: Error) => {
      console.warn(`The inventory is without EC2: ${error.name}: ${error.message}`);
      without_ec2 = whatEc2Did(error);
      return null;
    });
  const [managed, instances, allSeen] = await Promise.all([
    managedInstances.hosts(tag),
    orNull(() => ec2Instances.withTag(tag)),
    seenHosts.all(),
  ]);
  const seen = allSeen.filter((host) => isMissed(host, now()));
  const ids = unlistedHosts({ managed, instances, seen }).map(({ instance_id }) => instance_id);
  const inEc2 = ids.filter((id) => id.startsWith('i-'));
  const [nodes, existing] = await Promise.all([
    ids.length > inEc2.length ? managedInstances.hybridNodes() : [],
    inEc2.length > 0 && instances ? orNull(() => ec2Instances.existing(inEc2)) : [],
  ]);
  const untagged = new Set([...nodes, ...(existing ?? [])]);
  return inventoryOf({
    managed,
    instances: existing && instances,
    seen,
    untagged,
    now: now(),
    ...(without_ec2 ? { without_ec2 } : {}),
  });
}

/** Returns in words what EC2 did: its own error of the caller (4xx) is a refusal. */
function whatEc2Did(error: Error): string {
  const { httpStatusCode = 0 } = (error as { $metadata?: { httpStatusCode?: number } }).$metadata ?? {};
  return httpStatusCode >= 400 && httpStatusCode < 500 ? `EC2 refused (${error.name})` : 'EC2 did not respond';
}
