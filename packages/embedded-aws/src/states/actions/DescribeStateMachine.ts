import type { DescribeStateMachineInput, DescribeStateMachineOutput } from '@aws-sdk/client-sfn';
import type { Action } from '../../wire/service.ts';
import { arnOf } from '../arn.ts';
import type { States } from '../states.ts';
import { seconds, type Wire } from '../wire.ts';

/** Returns a machine's definition and role. */
export const DescribeStateMachine: Action<States, DescribeStateMachineInput, Wire<DescribeStateMachineOutput>> = {
  needs: (_, { stateMachineArn }) => [
    { action: 'states:DescribeStateMachine', resource: arnOf('stateMachine', stateMachineArn) },
  ],
  run: (states, { stateMachineArn }) => {
    const { arn, name, definition, roleArn, createdAt } = states.stateMachine(arnOf('stateMachine', stateMachineArn));
    return {
      stateMachineArn: arn,
      name,
      status: 'ACTIVE',
      definition,
      roleArn,
      type: 'STANDARD',
      creationDate: seconds(createdAt),
    };
  },
};
