import type { Instant } from '../clock/clock.ts';
import type { CreatedStack } from '../template/create-stacks.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { Need, Surroundings } from '../wire/service.ts';

/** CloudFormation's data: the stacks of the assembly, which are created when the account opens and never change. */
export type CloudFormationState = {
  readonly surroundings: Surroundings;
  readonly stacks: StackRecord[];
};

export type StackRecord = CreatedStack & { readonly createdAt: Instant };

/** Returns a stack by its name or id. Throws ValidationError, CloudFormation's own word for an unknown stack. */
export function stackNamed({ stacks }: CloudFormationState, nameOrId: string): StackRecord {
  const found = stacks.find(({ id, name }) => id === nameOrId || name === nameOrId);
  if (found) return found;
  throw new AwsError('ValidationError', `Stack with id ${nameOrId} does not exist`);
}

/** Returns the need of an action on one stack; on all, if the request names none. */
export function stackNeed(state: CloudFormationState, action: string, nameOrId: string | undefined): Need {
  const { region, accountId } = state.surroundings;
  const name = nameOrId?.match(/:stack\/([^/]+)/)?.[1] ?? nameOrId;
  const resource = name === undefined ? '*' : `arn:aws:cloudformation:${region}:${accountId}:stack/${name}/*`;
  return { action: `cloudformation:${action}`, resource };
}
