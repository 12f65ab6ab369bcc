import { DescribeExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';

/** Returns the error of an ended execution; null if it has none. */
export type ExecutionError = (executionArn: string) => Promise<string | null>;

export const executionErrorOn =
  (stepFunctions: SFNClient): ExecutionError =>
  async (executionArn) =>
    (await stepFunctions.send(new DescribeExecutionCommand({ executionArn }))).error ?? null;
