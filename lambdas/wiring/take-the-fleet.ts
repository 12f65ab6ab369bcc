import { alarmsOn } from '../clients/alarms.ts';
import { claimsIn } from '../stores/claims.ts';
import { deploymentsIn } from '../stores/deployments.ts';
import { endingsIn } from '../stores/endings.ts';
import { fleetLocksIn } from '../stores/fleet-lock.ts';
import { questionsIn } from '../stores/questions.ts';
import { rollbackScopesIn } from '../stores/rollback-scope.ts';
import { rowWindowIn } from '../stores/row-window.ts';
import { unreachedIn } from '../stores/unreached-hosts.ts';
import { unsentIn } from '../stores/unsent-messages.ts';
import { takeTheFleetHandler } from '../take-the-fleet/handler.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import { historyWithBuffer } from './history.ts';
import { jsonSetting, type Settings } from './settings.ts';

export function wireTakeTheFleet(clients: Pick<Clients, 'dynamoDb' | 'cloudWatch'>, settings: Settings, clock: Clock) {
  const state = settings('STATE_TABLE');
  return takeTheFleetHandler({
    locks: fleetLocksIn(clients.dynamoDb, state),
    history: historyWithBuffer(clients.dynamoDb, settings, clock),
    scopes: rollbackScopesIn(clients.dynamoDb, state),
    endings: endingsIn(clients.dynamoDb, state),
    questions: questionsIn(clients.dynamoDb, state),
    unreached: unreachedIn(clients.dynamoDb, state),
    rowWindow: rowWindowIn(clients.dynamoDb, state),
    claims: claimsIn(clients.dynamoDb, state),
    unsent: unsentIn(clients.dynamoDb, state),
    alarms: alarmsOn(clients.cloudWatch),
    deployments: deploymentsIn(clients.dynamoDb, state),
    phases: jsonSetting(settings, 'PHASES'),
    environment: settings('ENVIRONMENT'),
    now: clock.now,
  });
}
