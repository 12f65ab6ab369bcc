import { productMetrics } from '../../domain/product-metrics.ts';
import { askAPersonHandler } from '../ask-a-person/handler.ts';
import { metricCounterOn } from '../clients/metric-counter.ts';
import { previousRollbackOn } from '../clients/previous-rollback.ts';
import { endingsIn } from '../stores/endings.ts';
import { fleetQueueIn } from '../stores/fleet-queue.ts';
import { rollbackScopesIn } from '../stores/rollback-scope.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import { giveAnswerDeps } from './give-answer-deps.ts';
import { sendMessageDeps } from './send-message-deps.ts';
import { jsonSetting, type Settings } from './settings.ts';

export function wireAskAPerson(
  clients: Pick<Clients, 'dynamoDb' | 'stepFunctions' | 'sns' | 'cloudWatch'>,
  settings: Settings,
  clock: Clock,
) {
  const { dynamoDb, stepFunctions, cloudWatch } = clients;
  const answering = giveAnswerDeps(clients, settings, clock);
  const environment = settings('ENVIRONMENT');
  return askAPersonHandler({
    ...answering,
    ...sendMessageDeps(clients, settings, clock),
    countUnsent: metricCounterOn(cloudWatch, environment, productMetrics.unsentMessages),
    previousRollback: previousRollbackOn(stepFunctions, answering.history),
    scopes: rollbackScopesIn(dynamoDb, settings('STATE_TABLE')),
    endings: endingsIn(dynamoDb, settings('STATE_TABLE')),
    locks: fleetQueueIn(dynamoDb, settings('STATE_TABLE')),
    contacts: jsonSetting(settings, 'CONTACTS'),
    environment,
    settings: jsonSetting(settings, 'SETTINGS'),
  });
}
