import { DescribeExecutionCommand, ExecutionDoesNotExist, type SFNClient } from '@aws-sdk/client-sfn';
import { type ExecutionEnd, isDeleted } from '../../domain/reconcile/execution-end.ts';

/**
 * Returns an execution's status in Step Functions (RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED), or DELETED for one that
 * Step Functions no longer has. `since`: when it ran, ISO 8601; undefined: unknown.
 */
export type ExecutionStatus = (executionArn: string, since: string | undefined) => Promise<string>;

/** Returns how an execution ended, with the error and the cause that a person gave who stopped it. */
export type SeeExecutionEnd = (executionArn: string) => Promise<ExecutionEnd>;

/**
 * Executions vanish with their machine, and 90 days after their end. DescribeExecution is eventually consistent (Step
 * Functions API reference), so one that has just started may be missing too: it counts as running.
 */
export const executionStatusOn =
  (stepFunctions: SFNClient, now: () => number): ExecutionStatus =>
  async (executionArn, since) => {
    try {
      return (await stepFunctions.send(new DescribeExecutionCommand({ executionArn }))).status ?? 'unknown';
    } catch (error) {
      if (error instanceof ExecutionDoesNotExist) return isDeleted(since, now()) ? 'DELETED' : 'RUNNING';
      throw error;
    }
  };

export const executionEndOn =
  (stepFunctions: SFNClient): SeeExecutionEnd =>
  async (executionArn) => {
    try {
      const { error, cause } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
      return { error, cause };
    } catch {
      return {}; // the rollback is ended without the cause
    }
  };
