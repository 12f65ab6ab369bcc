import * as z from 'zod';
import { uuid } from '../../clock/random.ts';
import { NESTED } from '../../template/nested-stack.ts';
import { action } from '../action.ts';
import { type StackRecord, stackNamed, stackNeed } from '../state.ts';

/** Returns the events of a stack's creation, newest first, on one page. All have the instant at which the account opened. */
export const DescribeStackEvents = action({
  request: z.strictObject({ StackName: z.string(), NextToken: z.string().optional() }),
  needs: (state, { StackName }) => [stackNeed(state, 'DescribeStackEvents', StackName)],
  run: (state, { StackName }) => {
    const stack = stackNamed(state, StackName);
    return {
      StackEvents: eventsOf(stack)
        .map((event, number) => ({
          StackId: stack.id,
          EventId: uuid(state.surroundings.random, `cloudformation/${stack.id}/${number}`),
          StackName: stack.name,
          Timestamp: new Date(stack.createdAt),
          ...event,
        }))
        .reverse(),
    };
  },
});

function eventsOf({ id, name, resources }: StackRecord) {
  const self = { LogicalResourceId: name, PhysicalResourceId: id, ResourceType: NESTED };
  const own = resources.map(({ logicalId, ref, type }) => ({
    LogicalResourceId: logicalId,
    PhysicalResourceId: ref,
    ResourceType: type,
  }));
  const began = own.map((one) => ({ ...one, PhysicalResourceId: '', ResourceStatus: 'CREATE_IN_PROGRESS' }));
  const made = own.map((one) => ({ ...one, ResourceStatus: 'CREATE_COMPLETE' }));
  return [
    { ...self, ResourceStatus: 'CREATE_IN_PROGRESS' },
    ...began.flatMap((one, index) => [one, ...made.slice(index, index + 1)]),
    { ...self, ResourceStatus: 'CREATE_COMPLETE' },
  ];
}
