import { answerQuestion, seeExecutionsOfPhases } from './shared-rights.ts';
import { noSettings, shortTimeoutSeconds, type Task } from './task.ts';

/** Takes a person's answer to an open question. */
export const takeTheAnswer: Task = {
  name: 'take-the-answer',
  timeoutSeconds: shortTimeoutSeconds,
  settings: noSettings,
  rights: (context) => [
    ...answerQuestion(context),
    seeExecutionsOfPhases(context), // refuses an answer to a rollback whose execution has ended
  ],
};
