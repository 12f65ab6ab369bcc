import { alarmsOn } from '../clients/alarms.ts';
import { readTheDecisionHandler } from '../read-the-decision/handler.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import { decideRollbackDeps } from './decide-rollback-deps.ts';
import type { Settings } from './settings.ts';

export function wireReadTheDecision(
  clients: Pick<Clients, 'dynamoDb' | 'cloudWatch'>,
  settings: Settings,
  clock: Clock,
) {
  return readTheDecisionHandler({
    ...decideRollbackDeps(clients.dynamoDb, settings, clock),
    alarms: alarmsOn(clients.cloudWatch),
    environment: settings('ENVIRONMENT'),
  });
}
