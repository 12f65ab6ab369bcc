import * as may from '../permissions.ts';
import { answerQuestion } from './shared-rights.ts';
import { noSettings, shortTimeoutSeconds, type Task } from './task.ts';

/** Attaches the principal that CloudTrail verified to the rollback or the answer that an execution made. */
export const attachPrincipal: Task = {
  name: 'attach-principal',
  timeoutSeconds: shortTimeoutSeconds,
  settings: noSettings,
  rights: (context) => [
    ...answerQuestion(context), // if two people must approve, the proof of the second may settle the question
    may.seeExecutions(context.scope, context.environmentName, 'phase-*', 'decide'), // tries again while it runs
  ],
};
