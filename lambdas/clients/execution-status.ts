import { DescribeExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';

/** An execution's status, as Step Functions says it: RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED. */
export const statusOn =
  (stepFunctions: SFNClient) =>
  async (executionArn: string): Promise<string> =>
    (await stepFunctions.send(new DescribeExecutionCommand({ executionArn }))).status ?? 'unknown';
