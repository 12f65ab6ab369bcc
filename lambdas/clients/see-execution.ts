import { DescribeExecutionCommand, ExecutionDoesNotExist, InvalidArn, type SFNClient } from '@aws-sdk/client-sfn';
import type { SeenExecution } from '../../domain/question/witnessed-answer.ts';

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
      const { status = 'unknown', startDate, stopDate, input, output } = await stepFunctions.send(
        new DescribeExecutionCommand({ executionArn }),
      );
      // Without its input (a key that this function may not use) an execution proves nothing, and contradicts nothing.
      if (startDate === undefined || input === undefined) return 'unreadable';
      if (status === 'SUCCEEDED' && output === undefined) return 'unreadable';
      return {
        status,
        input: parsed(input),
        output: output === undefined ? undefined : parsed(output),
        started_at: startDate.getTime(),
        stopped_at: stopDate?.getTime() ?? null,
      };
    } catch (error) {
      return error instanceof ExecutionDoesNotExist || error instanceof InvalidArn ? 'missing' : 'unreadable';
    }
  };

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
