import type {
  DescribeStateMachineForExecutionInput,
  DescribeStateMachineForExecutionOutput,
} from '@aws-sdk/client-sfn';
import type { Action } from '../../wire/service.ts';
import { arnOf } from '../arn.ts';
import type { States } from '../states.ts';
import { seconds, type Wire } from '../wire.ts';

type Described = Wire<DescribeStateMachineForExecutionOutput>;

/** Returns the definition and role that an execution started with, also if its machine has changed since. */
export const DescribeStateMachineForExecution: Action<States, DescribeStateMachineForExecutionInput, Described> = {
  needs: (_, { executionArn }) => [
    { action: 'states:DescribeStateMachineForExecution', resource: arnOf('execution', executionArn) },
  ],
  run: (states, { executionArn }) => {
    const { stateMachine } = states.execution(arnOf('execution', executionArn));
    const { arn, name, definition, roleArn, createdAt } = stateMachine;
    return { stateMachineArn: arn, name, definition, roleArn, updateDate: seconds(createdAt) };
  },
};
