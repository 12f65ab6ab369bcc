import { lookAtHostsHandler } from '../look-at-hosts/handler.ts';
import { historyIn } from '../stores/history.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import { hostStepDeps } from './host-step-deps.ts';
import { inventoryIn } from './inventory.ts';
import { fleetTag, type Settings } from './settings.ts';

export function wireLookAtHosts(clients: Pick<Clients, 'dynamoDb' | 'ssm' | 'ec2'>, settings: Settings, clock: Clock) {
  return lookAtHostsHandler({
    ...hostStepDeps(clients, settings, clock),
    // Without the buffer: a look that cannot be stored fails, and the caller looks again.
    history: historyIn(clients.dynamoDb, settings('HISTORY_TABLE'), clock.sleep),
    managedInstances: inventoryIn(clients, settings, clock),
    tag: fleetTag(settings),
  });
}
