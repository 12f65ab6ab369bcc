import type { ListStateMachinesInput, ListStateMachinesOutput, StateMachineListItem } from '@aws-sdk/client-sfn';
import type { Action } from '../../wire/service.ts';
import type { StateMachine } from '../interpreter/execution.ts';
import { page } from '../page.ts';
import type { States } from '../states.ts';
import { seconds, type Wire } from '../wire.ts';

type Response = { stateMachines: Wire<StateMachineListItem>[] } & Pick<ListStateMachinesOutput, 'nextToken'>;

/** Returns the account's machines in the order of their creation. */
export const ListStateMachines: Action<States, ListStateMachinesInput, Response> = {
  needs: () => [{ action: 'states:ListStateMachines', resource: '*' }],
  run: (states, request) => {
    const { items, next } = page([...states.stateMachines.values()], ({ arn }) => arn, request);
    return { stateMachines: items.map(listed), ...next };
  },
};

const listed = ({ arn, name, createdAt }: StateMachine): Wire<StateMachineListItem> => ({
  stateMachineArn: arn,
  name,
  type: 'STANDARD',
  creationDate: seconds(createdAt),
});
