import type { DescribeExecutionInput, DescribeExecutionOutput } from '@aws-sdk/client-sfn';
import type { Action } from '../../wire/service.ts';
import { arnOf } from '../arn.ts';
import type { Execution } from '../interpreter/execution.ts';
import { errorAndCause } from '../interpreter/history.ts';
import type { States } from '../states.ts';
import { seconds, type Wire } from '../wire.ts';

/** Returns the status of an execution, with its input and output. */
export const DescribeExecution: Action<States, DescribeExecutionInput, Wire<DescribeExecutionOutput>> = {
  needs: (_, { executionArn }) => [{ action: 'states:DescribeExecution', resource: arnOf('execution', executionArn) }],
  run: (states, { executionArn }) => {
    const execution = states.execution(arnOf('execution', executionArn));
    const { arn, name, status, startedAt, stoppedAt, ending } = execution;
    return {
      executionArn: arn,
      stateMachineArn: execution.stateMachine.arn,
      name,
      status,
      startDate: seconds(startedAt),
      ...(stoppedAt === undefined ? {} : { stopDate: seconds(stoppedAt) }),
      input: execution.input.text,
      inputDetails: { included: true },
      ...(ending.output ? { output: ending.output.text, outputDetails: { included: true } } : {}),
      ...errorAndCause(ending.error, ending.cause),
      redriveCount: execution.redriveCount,
      ...redrive(execution),
    };
  },
};

function redrive({ status }: Execution) {
  if (status !== 'RUNNING' && status !== 'SUCCEEDED') return { redriveStatus: 'REDRIVABLE' as const };
  const redriveStatusReason = `Execution is ${status} and cannot be redriven`;
  return { redriveStatus: 'NOT_REDRIVABLE' as const, redriveStatusReason };
}
