import { attachPrincipalHandler } from '../attach-principal/handler.ts';
import { executionInputOn } from '../clients/execution-input.ts';
import { executionStatusOn } from '../clients/execution-status.ts';
import { brakesHistoryIn } from '../stores/brakes-history.ts';
import { reviewsIn } from '../stores/reviews.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import { giveAnswerDeps } from './give-answer-deps.ts';
import type { Settings } from './settings.ts';

export function wireAttachPrincipal(
  clients: Pick<Clients, 'dynamoDb' | 'stepFunctions'>,
  settings: Settings,
  clock: Clock,
) {
  return attachPrincipalHandler({
    ...giveAnswerDeps(clients, settings, clock),
    statusOf: executionStatusOn(clients.stepFunctions, clock.now),
    inputOf: executionInputOn(clients.stepFunctions),
    brakesHistory: brakesHistoryIn(clients.dynamoDb, settings('HISTORY_TABLE')),
    reviews: reviewsIn(clients.dynamoDb, settings('STATE_TABLE')),
  });
}
