import type { StopExecutionInput, StopExecutionOutput } from '@aws-sdk/client-sfn';
import type { Action } from '../../wire/service.ts';
import { arnOf } from '../arn.ts';
import type { States } from '../states.ts';
import { seconds, type Wire } from '../wire.ts';

/** Ends a running execution in its current state, without running any Catch. An ended execution is not changed. */
export const StopExecution: Action<States, StopExecutionInput, Wire<StopExecutionOutput>> = {
  needs: (_, { executionArn }) => [{ action: 'states:StopExecution', resource: arnOf('execution', executionArn) }],
  run: (states, { executionArn, error, cause }) => {
    const execution = states.execution(arnOf('execution', executionArn));
    execution.end('ABORTED', { error, cause });
    return { stopDate: seconds(execution.stoppedAt ?? states.now()) };
  },
};
