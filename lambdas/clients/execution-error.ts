import { DescribeExecutionCommand, ExecutionDoesNotExist, type SFNClient } from '@aws-sdk/client-sfn';

/** Returns the error of an ended execution; null if it has none, or if it was deleted with its machine. */
export type ExecutionError = (executionArn: string) => Promise<string | null>;

export const executionErrorOn =
  (stepFunctions: SFNClient): ExecutionError =>
  async (executionArn) => {
    try {
      return (await stepFunctions.send(new DescribeExecutionCommand({ executionArn }))).error ?? null;
    } catch (error) {
      if (error instanceof ExecutionDoesNotExist) return null;
      throw error;
    }
  };
