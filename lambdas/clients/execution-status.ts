import { DescribeExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';

/** Returns an execution's status in Step Functions: RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED. */
export type ExecutionStatus = (executionArn: string) => Promise<string>;

export const executionStatusOn =
  (stepFunctions: SFNClient): ExecutionStatus =>
  async (executionArn) =>
    (await stepFunctions.send(new DescribeExecutionCommand({ executionArn }))).status ?? 'unknown';
