import { runOnHostsHandler } from '../run-on-hosts/handler.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import { hostStepDeps } from './host-step-deps.ts';
import type { Settings } from './settings.ts';

export function wireRunOnHosts(clients: Pick<Clients, 'dynamoDb' | 'ssm'>, settings: Settings, clock: Clock) {
  return runOnHostsHandler(hostStepDeps(clients, settings, clock));
}
