import { DescribeExecutionCommand, ExecutionDoesNotExist, InvalidArn, type SFNClient } from '@aws-sdk/client-sfn';
import { type SeenExecution, seenExecution } from '../../domain/proof/witnessed-answer.ts';

/**
 * Looks at an execution. Never throws: an execution that cannot be read is `unreadable`.
 *
 * DescribeExecution is eventually consistent (Step Functions API reference): for some seconds a young execution may be
 * missing, and one that has ended may still seem to run.
 */
export type SeeExecution = (executionArn: string) => Promise<SeenExecution>;

export const seeExecutionOn =
  (stepFunctions: SFNClient): SeeExecution =>
  async (executionArn) => {
    try {
      return seenExecution(await stepFunctions.send(new DescribeExecutionCommand({ executionArn })));
    } catch (error) {
      return error instanceof ExecutionDoesNotExist || error instanceof InvalidArn ? 'missing' : 'unreadable';
    }
  };
