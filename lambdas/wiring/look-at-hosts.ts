import { lookAtHostsHandler } from '../look-at-hosts/handler.ts';
import { deploymentsIn } from '../stores/deployments.ts';
import { fileFindingsIn, fleetHoldIn } from '../stores/fleet-truth.ts';
import { historyIn } from '../stores/history.ts';
import { loadTestsIn } from '../stores/readiness.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import { hostStepDeps } from './host-step-deps.ts';
import { inventoryIn } from './inventory.ts';
import { fleetTag, jsonSetting, type Settings } from './settings.ts';

export function wireLookAtHosts(clients: Pick<Clients, 'dynamoDb' | 'ssm' | 'ec2'>, settings: Settings, clock: Clock) {
  const state = settings('STATE_TABLE');
  const hold = (fleet: string) => fleetHoldIn(clients.dynamoDb, state, fleet);
  return lookAtHostsHandler({
    ...hostStepDeps(clients, settings, clock),
    // Without the buffer: a look that cannot be stored fails, and the caller looks again.
    history: historyIn(clients.dynamoDb, settings('HISTORY_TABLE'), clock.sleep),
    managedInstances: inventoryIn(clients, settings, clock),
    tag: fleetTag(settings),
    loadTest: {
      named: settings('LOAD') === 'named',
      tests: loadTestsIn(clients.dynamoDb, state),
      newest: deploymentsIn(clients.dynamoDb, state).newest,
      hold,
      now: clock.now,
    },
    fileCheck: {
      files: fileFindingsIn(clients.dynamoDb, state),
      hold,
      own: jsonSetting(settings, 'OWN_PATHS'),
      now: clock.now,
    },
  });
}
