import { answerQuestion, seeWhoDecided } from './shared-rights.ts';
import { proofOfDecisions } from './shared-settings.ts';
import { stateItems } from './state-items.ts';
import { shortTimeoutSeconds, type Task } from './task.ts';

/** Takes a person's answer to an open question. */
export const takeTheAnswer: Task = {
  name: 'take-the-answer',
  timeoutSeconds: shortTimeoutSeconds,
  settings: proofOfDecisions,
  rights: (context) => [
    ...answerQuestion(context),
    // Refuses an answer to a rollback whose execution has ended, and one behind an answer that counts.
    seeWhoDecided(context),
    stateItems(context, 'rollbacks', 'GetItem'), // the hosts that an answer may leave out
  ],
};
