import { annotateTheRollbackHandler } from '../annotate-the-rollback/handler.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import { historyWithBuffer } from './history.ts';
import type { Settings } from './settings.ts';

export const wireAnnotateTheRollback = (clients: Pick<Clients, 'dynamoDb'>, settings: Settings, clock: Clock) =>
  annotateTheRollbackHandler({ history: historyWithBuffer(clients.dynamoDb, settings, clock), now: clock.now });
