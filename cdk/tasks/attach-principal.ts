import * as may from '../permissions.ts';
import { answerQuestion } from './shared-rights.ts';
import { proofOfDecisions } from './shared-settings.ts';
import { stateItems } from './state-items.ts';
import { shortTimeoutSeconds, type Task } from './task.ts';

/** Attaches the principal that CloudTrail verified to what an execution made: a rollback, an answer, a change of the brakes. */
export const attachPrincipal: Task = {
  name: 'attach-principal',
  timeoutSeconds: shortTimeoutSeconds,
  settings: proofOfDecisions,
  rights: (context) => [
    ...answerQuestion(context), // if two people must approve, the proof of the second may settle the question
    stateItems(context, 'reviews', 'PutItem'), // a review by the rollback's own starter is open again
    // Tries again while the execution runs. The input of an annotation or review names the rollback.
    may.seeExecutions(
      context.scope,
      context.environmentName,
      ...['phase-*', 'decide', 'annotate', 'review', 'brakes', 'change-flag', 'change-task', 'halt', 'resume'],
    ),
  ],
};
