import type { ExecutionListItem, ListExecutionsInput, ListExecutionsOutput } from '@aws-sdk/client-sfn';
import { AwsError } from '../../wire/aws-error.ts';
import type { Action } from '../../wire/service.ts';
import { arnOf } from '../arn.ts';
import type { Execution } from '../interpreter/execution.ts';
import { page } from '../page.ts';
import type { States } from '../states.ts';
import { seconds, type Wire } from '../wire.ts';

type Response = { executions: Wire<ExecutionListItem>[] } & Pick<ListExecutionsOutput, 'nextToken'>;

/** Returns a machine's executions, newest first. */
export const ListExecutions: Action<States, ListExecutionsInput, Response> = {
  needs: (_, { stateMachineArn }) => [
    { action: 'states:ListExecutions', resource: arnOf('stateMachine', stateMachineArn) },
  ],
  run: (states, request) => {
    const { arn } = states.stateMachine(arnOf('stateMachine', request.stateMachineArn));
    if (request.mapRunArn || request.redriveFilter) {
      throw new AwsError('ValidationException', 'mapRunArn and redriveFilter are not supported by this account');
    }
    const wanted = ({ stateMachine, status, isDeleted }: Execution) =>
      !isDeleted && stateMachine.arn === arn && (request.statusFilter === undefined || status === request.statusFilter);
    const newestFirst = [...states.executions.values()].filter(wanted).reverse();
    const { items, next } = page(newestFirst, (execution) => execution.arn, request);
    return { executions: items.map(listed), ...next };
  },
};

const listed = ({ arn, stateMachine, name, status, startedAt, stoppedAt }: Execution): Wire<ExecutionListItem> => ({
  executionArn: arn,
  stateMachineArn: stateMachine.arn,
  name,
  status,
  startDate: seconds(startedAt),
  ...(stoppedAt === undefined ? {} : { stopDate: seconds(stoppedAt) }),
  redriveCount: 0,
});
