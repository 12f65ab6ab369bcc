import type { Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, type PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import { functionNames } from '../bundle.ts';
import type { PeopleProps } from '../people.ts';
import { named, wildcard } from '../permissions.ts';

const deny = (props: PolicyStatementProps): PolicyStatementProps => ({ effect: Effect.DENY, ...props });

/**
 * What no person does by hand, whatever else they hold: each of it would go round the lock, the fence, the check of the
 * input or the history. It can be done through a machine, where it leaves an event with a name.
 *
 * In an emergency that no machine serves, somebody acts in a role without these policies, and CloudTrail has it.
 */
export const neverByHand = (stack: Stack, { environment, tables }: PeopleProps): PolicyStatement[] => [
  wildcard(
    'TokensAreNobodysOwn',
    deny({
      actions: ['states:SendTaskSuccess', 'states:SendTaskFailure', 'states:SendTaskHeartbeat'],
      resources: ['*'],
    }),
  ),
  new PolicyStatement(
    deny({
      sid: 'TablesAreWrittenByFunctions',
      actions: [...changesOfItems, 'DeleteTable', 'UpdateTable', 'UpdateTimeToLive'].map((one) => `dynamodb:${one}`),
      resources: [tables.history.tableArn, tables.state.tableArn],
    }),
  ),
  wildcard(
    'FunctionsTrustTheirMachine',
    deny({
      actions: ['lambda:InvokeFunction'],
      resources: functionNames()
        .filter((name) => name !== 'reconcile') // takes no input and may run at any time
        .map((name) => named(stack, 'lambda', 'function', `rollback-${environment}-${name}*`)),
    }),
  ),
  wildcard(
    'CommandsComeFromRollbacks',
    deny({
      actions: ['ssm:SendCommand'],
      resources: [stack.formatArn({ service: 'ssm', resource: 'document', resourceName: `rollback-${environment}-*` })],
    }),
  ),
];

const changesOfItems = [
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'BatchWriteItem',
  'PartiQLInsert',
  'PartiQLUpdate',
  'PartiQLDelete',
];
