import { SendTaskSuccessCommand, type SFNClient, TaskDoesNotExist, TaskTimedOut } from '@aws-sdk/client-sfn';
import type { QuestionId, Questions } from '../stores/questions.ts';

/**
 * Wakes the machine that waits for a question's answer. The machine then reads the decision: waking it carries no
 * decision.
 *
 * Does nothing if the machine no longer waits, or does not wait yet: a machine reads the decisions before it waits.
 */
export type Wake = (question: QuestionId) => Promise<void>;

export const wakeOn =
  (stepFunctions: SFNClient, questions: Pick<Questions, 'token'>): Wake =>
  async (question) => {
    const taskToken = await questions.token(question);
    if (taskToken === undefined) return;
    try {
      await stepFunctions.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }));
    } catch (error) {
      if (!(error instanceof TaskTimedOut || error instanceof TaskDoesNotExist)) throw error;
    }
  };
