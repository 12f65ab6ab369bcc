import { SFNClient } from '@aws-sdk/client-sfn';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { wakeOn } from '../clients/wake-machine.ts';
import type { DecidingDeps, Settings } from '../operations/decide-rollback.ts';
import { claimsIn } from '../stores/claims.ts';
import { deploymentsIn } from '../stores/deployments.ts';
import { pauseIn } from '../stores/pause.ts';
import { questionsIn } from '../stores/questions.ts';
import { recentRollbacksIn } from '../stores/recent-rollbacks.ts';
import { realHistory } from './history.ts';
import { required } from './settings.ts';

/** The real outside world, for the functions that decide whether a rollback begins. */
export function realDeciding(db: DynamoDBDocumentClient): DecidingDeps {
  const state = required('STATE_TABLE');
  return {
    history: realHistory(db),
    claims: claimsIn(db, state),
    deployments: deploymentsIn(db, state),
    recentRollbacks: recentRollbacksIn(db, state),
    pause: pauseIn(db, state),
    questions: questionsIn(db, state),
    settings: JSON.parse(required('SETTINGS')) as Settings,
    now: Date.now,
  };
}

/** The real outside world, for the functions that take answers. */
export function realAnswering(db: DynamoDBDocumentClient, stepFunctions = new SFNClient({})) {
  const questions = questionsIn(db, required('STATE_TABLE'));
  return { questions, history: realHistory(db), wake: wakeOn(stepFunctions, questions), now: Date.now };
}
