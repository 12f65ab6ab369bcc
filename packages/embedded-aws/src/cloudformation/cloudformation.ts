import type { CreatedStack } from '../template/create-stacks.ts';
import type { HttpService } from '../wire/http-service.ts';
import { queryEndpoint } from '../wire/query-service.ts';
import type { Surroundings } from '../wire/service.ts';
import { DescribeStackEvents } from './actions/DescribeStackEvents.ts';
import { DescribeStacks } from './actions/DescribeStacks.ts';
import type { CloudFormationState } from './state.ts';

export type CloudFormation = {
  /** Makes the stacks visible. */
  readonly created: (stacks: readonly CreatedStack[]) => void;
  readonly handle: HttpService;
};

/** CloudFormation of the embedded account: it shows the stacks that were created when the account opened. */
export function cloudformation(surroundings: Surroundings): CloudFormation {
  const state: CloudFormationState = { surroundings, stacks: [] };
  return {
    created: (stacks) => {
      const createdAt = surroundings.clock.now();
      state.stacks.push(...stacks.map((stack) => ({ ...stack, createdAt })));
    },
    handle: queryEndpoint(surroundings, {
      prefix: 'cloudformation',
      namespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
      state,
      actions: { DescribeStackEvents, DescribeStacks },
      errors: { unknownAction: 'InvalidAction', invalidRequest: 'ValidationError' },
    }),
  };
}
