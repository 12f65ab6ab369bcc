import { DescribeExecutionCommand, ListExecutionsCommand, type SFNClient } from '@aws-sdk/client-sfn';

/** An execution of the machine halt that did not succeed. */
export type EndedHalt = {
  readonly arn: string;
  readonly name: string;
  readonly status: string;
  /** ISO 8601. */
  readonly started_at: string;
  /** Milliseconds. */
  readonly stopped_at: number;
};

/** The newest executions: far more than there are halts in three days. */
const mostListed = 100;

/** Returns the newest halts that ended without success, the newest first. */
export const endedHaltsOn = (stepFunctions: SFNClient, stateMachineArn: string) => async (): Promise<EndedHalt[]> => {
  const { executions = [] } = await stepFunctions.send(
    new ListExecutionsCommand({ stateMachineArn, maxResults: mostListed }),
  );
  return executions
    .filter(({ status }) => status !== 'RUNNING' && status !== 'SUCCEEDED')
    .map(({ executionArn: arn = '', name = '', status = '', startDate, stopDate }) => ({
      ...{ arn, name, status, started_at: (startDate ?? new Date(0)).toISOString() },
      stopped_at: stopDate?.getTime() ?? 0,
    }));
};

/** Returns what an execution was started with, and the error and the cause with which it ended. */
export const seeHaltOn = (stepFunctions: SFNClient) => async (executionArn: string) => {
  const { input = '{}', error, cause } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
  return { input: JSON.parse(input) as unknown, error, cause };
};
