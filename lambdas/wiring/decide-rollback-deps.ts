import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { DecideRollbackDeps } from '../operations/decide-rollback.ts';
import { brakesIn } from '../stores/brakes.ts';
import { claimsIn } from '../stores/claims.ts';
import { deploymentsIn } from '../stores/deployments.ts';
import { endingsIn } from '../stores/endings.ts';
import { questionsIn } from '../stores/questions.ts';
import { recentRollbacksIn } from '../stores/recent-rollbacks.ts';
import { type RowWindow, rowWindowIn } from '../stores/row-window.ts';
import { type Unsent, unsentIn } from '../stores/unsent-messages.ts';
import type { Clock } from './clock.ts';
import { historyWithBuffer } from './history.ts';
import { jsonSetting, type Settings, sessionsOf } from './settings.ts';

/** Dependencies that all functions share that decide whether a rollback begins. */
export function decideRollbackDeps(
  dynamoDb: DynamoDBDocumentClient,
  settings: Settings,
  clock: Clock,
): Omit<DecideRollbackDeps, 'scopes'> & { readonly rowWindow: RowWindow; readonly unsent: Unsent } {
  const state = settings('STATE_TABLE');
  return {
    history: historyWithBuffer(dynamoDb, settings, clock),
    claims: claimsIn(dynamoDb, state),
    unsent: unsentIn(dynamoDb, state),
    endings: endingsIn(dynamoDb, state),
    deployments: deploymentsIn(dynamoDb, state),
    recentRollbacks: recentRollbacksIn(dynamoDb, state),
    brakes: brakesIn(dynamoDb, state).ofPhase,
    questions: questionsIn(dynamoDb, state),
    rowWindow: rowWindowIn(dynamoDb, state),
    phases: jsonSetting<number[]>(settings, 'PHASES'),
    settings: jsonSetting(settings, 'SETTINGS'),
    sessionsOf: sessionsOf(settings),
    now: clock.now,
  };
}
