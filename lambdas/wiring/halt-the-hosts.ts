import { managedInstancesOn } from '../clients/managed-instances.ts';
import { looksOn } from '../clients/run-command.ts';
import { lastHaltedOn } from '../clients/venue-halt.ts';
import { haltTheHostsHandler } from '../halt-the-hosts/handler.ts';
import { readInventory } from '../operations/read-inventory.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import { inventoryDeps } from './inventory.ts';
import { fleetTag, haltedMetric, type Settings, sessionsOf } from './settings.ts';
import { tradingMessage } from './trading-message.ts';

export function wireHaltTheHosts(
  clients: Pick<Clients, 'promptCloudWatch' | 'dynamoDb' | 'ec2' | 'sns' | 'ssm'>,
  settings: Settings,
  clock: Clock,
) {
  return haltTheHostsHandler({
    managedInstances: managedInstancesOn(clients.ssm),
    allHosts: async () => (await readInventory(inventoryDeps(clients, settings, clock))).hosts,
    runCommand: looksOn(clients.ssm),
    tell: tradingMessage(clients, settings),
    sessionsOf: sessionsOf(settings),
    lastHalted: lastHaltedOn(clients.promptCloudWatch, haltedMetric(settings), clock.now),
    contact: settings('TRADING_CONTACT'),
    tag: fleetTag(settings),
    ...clock,
  });
}
