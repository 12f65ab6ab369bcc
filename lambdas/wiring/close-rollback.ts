import { closeRollbackHandler } from '../close-rollback/handler.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import { closeRollbackDeps } from './close-rollback-deps.ts';
import { type Settings, sessionsOf } from './settings.ts';

export function wireCloseRollback(clients: Pick<Clients, 'dynamoDb' | 'cloudWatch'>, settings: Settings, clock: Clock) {
  return closeRollbackHandler({ ...closeRollbackDeps(clients, settings, clock), sessionsOf: sessionsOf(settings) });
}
