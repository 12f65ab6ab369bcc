import { endedHaltsOn, seeHaltOn } from '../clients/ended-halts.ts';
import { recordTheHaltHandler } from '../record-the-halt/handler.ts';
import { brakesHistoryIn } from '../stores/brakes-history.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import type { Settings } from './settings.ts';
import { tradingMessage } from './trading-message.ts';

export const wireRecordTheHalt = (
  clients: Pick<Clients, 'dynamoDb' | 'sns' | 'stepFunctions'>,
  settings: Settings,
  clock: Clock,
) =>
  recordTheHaltHandler({
    history: brakesHistoryIn(clients.dynamoDb, settings('HISTORY_TABLE')),
    endedHalts: endedHaltsOn(clients.stepFunctions, settings('HALT_MACHINE')),
    see: seeHaltOn(clients.stepFunctions),
    tell: tradingMessage(clients, settings),
    template: settings('HALT_FAILED'),
    now: clock.now,
  });
