import { setTheBrakesHandler } from '../set-the-brakes/handler.ts';
import { brakesIn } from '../stores/brakes.ts';
import { brakesHistoryIn } from '../stores/brakes-history.ts';
import { claimsIn } from '../stores/claims.ts';
import { deploymentMarksIn } from '../stores/deployment-marks.ts';
import { deploymentsIn } from '../stores/deployments.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import { jsonSetting, type Settings } from './settings.ts';

export function wireSetTheBrakes(clients: Pick<Clients, 'dynamoDb'>, settings: Settings, clock: Clock) {
  return setTheBrakesHandler({
    brakes: brakesIn(clients.dynamoDb, settings('STATE_TABLE')),
    history: brakesHistoryIn(clients.dynamoDb, settings('HISTORY_TABLE')),
    deployments: deploymentsIn(clients.dynamoDb, settings('STATE_TABLE')),
    marks: deploymentMarksIn(clients.dynamoDb, settings('STATE_TABLE')),
    claims: claimsIn(clients.dynamoDb, settings('STATE_TABLE')),
    phases: jsonSetting(settings, 'PHASES'),
    now: clock.now,
  });
}
