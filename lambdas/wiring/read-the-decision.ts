import { productMetrics } from '../../domain/product-metrics.ts';
import { alarmsOn } from '../clients/alarms.ts';
import { metricCounterOn } from '../clients/metric-counter.ts';
import { readTheDecisionHandler } from '../read-the-decision/handler.ts';
import { rollbackScopesIn } from '../stores/rollback-scope.ts';
import type { Clients } from './aws-clients.ts';
import { checkedQuestionDeps } from './checked-question-deps.ts';
import type { Clock } from './clock.ts';
import { decideRollbackDeps } from './decide-rollback-deps.ts';
import type { Settings } from './settings.ts';

export function wireReadTheDecision(
  clients: Pick<Clients, 'dynamoDb' | 'cloudWatch' | 'stepFunctions'>,
  settings: Settings,
  clock: Clock,
) {
  const environment = settings('ENVIRONMENT');
  return readTheDecisionHandler({
    ...checkedQuestionDeps(clients, settings, clock),
    ...decideRollbackDeps(clients.dynamoDb, settings, clock),
    scopes: rollbackScopesIn(clients.dynamoDb, settings('STATE_TABLE')),
    countPassedOver: metricCounterOn(clients.cloudWatch, environment, productMetrics.passedOverDecisions),
    alarms: alarmsOn(clients.cloudWatch),
    environment,
  });
}
