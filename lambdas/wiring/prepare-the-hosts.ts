import { prepareTheHostsHandler } from '../prepare-the-hosts/handler.ts';
import { deploymentsIn } from '../stores/deployments.ts';
import { historyIn } from '../stores/history.ts';
import { preparationsIn } from '../stores/preparations.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import { hostStepDeps } from './host-step-deps.ts';
import { inventoryIn } from './inventory.ts';
import { fleetTag, type Settings } from './settings.ts';

export function wirePrepareTheHosts(
  clients: Pick<Clients, 'dynamoDb' | 'ssm' | 'ec2'>,
  settings: Settings,
  clock: Clock,
) {
  const state = settings('STATE_TABLE');
  return prepareTheHostsHandler({
    ...hostStepDeps(clients, settings, clock),
    // Without the buffer: a run that cannot be stored fails, and a repeat keeps the copies.
    history: historyIn(clients.dynamoDb, settings('HISTORY_TABLE'), clock.sleep),
    managedInstances: inventoryIn(clients, settings, clock),
    preparations: preparationsIn(clients.dynamoDb, state),
    deployments: deploymentsIn(clients.dynamoDb, state),
    tag: fleetTag(settings),
  });
}
