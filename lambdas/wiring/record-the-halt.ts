import { recordTheHaltHandler } from '../record-the-halt/handler.ts';
import { brakesHistoryIn } from '../stores/brakes-history.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import type { Settings } from './settings.ts';

export const wireRecordTheHalt = (clients: Pick<Clients, 'dynamoDb'>, settings: Settings, clock: Clock) =>
  recordTheHaltHandler({ history: brakesHistoryIn(clients.dynamoDb, settings('HISTORY_TABLE')), now: clock.now });
