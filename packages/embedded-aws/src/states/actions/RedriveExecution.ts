import type { RedriveExecutionInput, RedriveExecutionOutput } from '@aws-sdk/client-sfn';
import { AwsError } from '../../wire/aws-error.ts';
import type { Action } from '../../wire/service.ts';
import { arnOf } from '../arn.ts';
import type { Execution } from '../interpreter/execution.ts';
import { HISTORY_LIMIT } from '../interpreter/history.ts';
import type { States } from '../states.ts';
import { seconds, type Wire } from '../wire.ts';

/** An execution can be redriven for so many milliseconds after its end (RedriveExecution, API reference). */
const REDRIVABLE = 14 * 24 * 3_600_000;

/**
 * Continues an unsuccessful execution with the state that did not succeed: same ARN, same definition, same input.
 *
 * The state is entered again, with new retries. A branch of a Parallel or an iteration of a Map that succeeded runs again too.
 */
export const RedriveExecution: Action<States, RedriveExecutionInput, Wire<RedriveExecutionOutput>> = {
  needs: (_, { executionArn }) => [{ action: 'states:RedriveExecution', resource: arnOf('execution', executionArn) }],
  run: (states, { executionArn }) => {
    const execution = states.execution(arnOf('execution', executionArn));
    const reason = notRedrivable(states, execution);
    if (reason) throw new AwsError('ExecutionNotRedrivable', reason);
    states.redrive(execution);
    return { redriveDate: seconds(states.now()) };
  },
};

function notRedrivable(states: States, { status, stoppedAt = 0, history }: Execution): string | undefined {
  if (status === 'RUNNING' || status === 'SUCCEEDED') return `Execution is ${status} and cannot be redriven`;
  if (states.now() - stoppedAt > REDRIVABLE) return 'Execution has exceeded the redrivable period of 14 days';
  return history.length >= HISTORY_LIMIT - 1 ? 'Execution history has reached its limit of events' : undefined;
}
