import { executionEndOn, executionStatusOn } from '../clients/execution-status.ts';
import { releaseTheFleetHandler } from '../release-the-fleet/handler.ts';
import { endingsIn } from '../stores/endings.ts';
import { fleetLocksIn } from '../stores/fleet-lock.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import { giveAnswerDeps } from './give-answer-deps.ts';
import type { Settings } from './settings.ts';

export function wireReleaseTheFleet(
  clients: Pick<Clients, 'dynamoDb' | 'stepFunctions'>,
  settings: Settings,
  clock: Clock,
) {
  return releaseTheFleetHandler({
    ...giveAnswerDeps(clients, settings, clock),
    locks: fleetLocksIn(clients.dynamoDb, settings('STATE_TABLE')),
    endings: endingsIn(clients.dynamoDb, settings('STATE_TABLE')),
    statusOf: executionStatusOn(clients.stepFunctions, clock.now),
    seeExecutionEnd: executionEndOn(clients.stepFunctions),
  });
}
