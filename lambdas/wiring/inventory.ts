import { ec2InstancesOn } from '../clients/ec2-instances.ts';
import { type ManagedInstances, managedInstancesOn } from '../clients/managed-instances.ts';
import { type InventoryDeps, readInventory } from '../operations/read-inventory.ts';
import { whyLostIn } from '../operations/why-lost.ts';
import { seenHostsIn } from '../stores/seen-hosts.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import { fleetTag, type Settings } from './settings.ts';

type InventoryClients = Pick<Clients, 'dynamoDb' | 'ssm' | 'ec2'>;

export const inventoryDeps = ({ dynamoDb, ssm, ec2 }: InventoryClients, settings: Settings, clock: Clock) =>
  ({
    managedInstances: managedInstancesOn(ssm),
    ec2Instances: ec2InstancesOn(ec2),
    seenHosts: seenHostsIn(dynamoDb, settings('STATE_TABLE')),
    tag: fleetTag(settings),
    now: clock.now,
  }) satisfies InventoryDeps;

/** The reasons why hosts left the fleet, for a function that sends commands. */
export const whyLostFor = (clients: InventoryClients, settings: Settings, clock: Clock) =>
  whyLostIn(inventoryDeps(clients, settings, clock));

/** Systems Manager's documents, and the hosts of the whole inventory instead of those that Systems Manager lists. */
export function inventoryIn(clients: InventoryClients, settings: Settings, clock: Clock): ManagedInstances {
  const deps = inventoryDeps(clients, settings, clock);
  return { ...deps.managedInstances, hosts: async () => (await readInventory(deps)).hosts };
}
