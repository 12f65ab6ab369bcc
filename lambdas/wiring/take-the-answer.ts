import { executionStatusOn } from '../clients/execution-status.ts';
import { rollbackScopesIn } from '../stores/rollback-scope.ts';
import { takeTheAnswerHandler } from '../take-the-answer/handler.ts';
import type { Clients } from './aws-clients.ts';
import type { Clock } from './clock.ts';
import { giveAnswerDeps } from './give-answer-deps.ts';
import type { Settings } from './settings.ts';

export function wireTakeTheAnswer(
  clients: Pick<Clients, 'dynamoDb' | 'stepFunctions'>,
  settings: Settings,
  clock: Clock,
) {
  return takeTheAnswerHandler({
    ...giveAnswerDeps(clients, settings, clock),
    scopes: rollbackScopesIn(clients.dynamoDb, settings('STATE_TABLE')),
    statusOf: executionStatusOn(clients.stepFunctions, clock.now),
  });
}
