import { SendTaskSuccessCommand, type SFNClient, TaskDoesNotExist, TaskTimedOut } from '@aws-sdk/client-sfn';
import type { QuestionId, Questions } from '../stores/questions.ts';

/**
 * Wakes the machine that waits for a question's answer. It then reads what was decided; waking says nothing by itself.
 *
 * A machine that waits no more, or not yet, is left alone: one that begins to wait looks at the decisions first.
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
