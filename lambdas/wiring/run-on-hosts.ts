import { runOnHostsHandler } from '../run-on-hosts/handler.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import { hostStepDeps } from './host-step-deps.ts';
import { whyLostFor } from './inventory.ts';
import type { Settings } from './settings.ts';

export function wireRunOnHosts(clients: Pick<Clients, 'dynamoDb' | 'ssm' | 'ec2'>, settings: Settings, clock: Clock) {
  return runOnHostsHandler({
    ...hostStepDeps(clients, settings, clock),
    whyLost: whyLostFor(clients, settings, clock),
  });
}
