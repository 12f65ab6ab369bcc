import { executionStatusOn } from '../clients/execution-status.ts';
import { previousRollbackOn } from '../clients/previous-rollback.ts';
import { planTheRollbackHandler } from '../plan-the-rollback/handler.ts';
import { claimsIn } from '../stores/claims.ts';
import { drillsIn } from '../stores/drills.ts';
import { recentRollbacksIn } from '../stores/recent-rollbacks.ts';
import { usualMinutesIn } from '../stores/usual-minutes.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import { hostStepDeps } from './host-step-deps.ts';
import { jsonSetting, type Settings } from './settings.ts';

export function wirePlanTheRollback(
  clients: Pick<Clients, 'dynamoDb' | 'ssm' | 'stepFunctions'>,
  settings: Settings,
  clock: Clock,
) {
  const onHosts = hostStepDeps(clients, settings, clock);
  const state = settings('STATE_TABLE');
  return planTheRollbackHandler({
    ...onHosts,
    statusOf: executionStatusOn(clients.stepFunctions, clock.now),
    previousRollback: previousRollbackOn(clients.stepFunctions, onHosts.history),
    recentRollbacks: recentRollbacksIn(clients.dynamoDb, state),
    claims: claimsIn(clients.dynamoDb, state),
    drills: drillsIn(clients.dynamoDb, state),
    usualMinutes: usualMinutesIn(clients.dynamoDb, settings('HISTORY_TABLE'), clock.now),
    phases: jsonSetting(settings, 'PHASES'),
    settings: jsonSetting(settings, 'SETTINGS'),
    confirm: jsonSetting(settings, 'CONFIRM'),
    limits: jsonSetting(settings, 'LIMITS'),
  });
}
