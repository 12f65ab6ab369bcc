import type { Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { named } from '../permissions.ts';
import { functionNames } from '../tasks/bundle.ts';
import type { PersonPolicy, Product } from './person-policy.ts';

/**
 * What no person does by hand, whatever else they hold: each of it would go round the lock, the fence, the check of the
 * input or the history. It can be done through a machine, where it leaves an event with a name.
 *
 * Bringing back from quarantine has no machine: restorer.ts, for an emergency role, sends the one document that does it. In
 * any other emergency somebody acts in a role without these policies. CloudTrail has both.
 */
export const neverByHand = (
  stack: Stack,
  { environment, tables }: Product,
  { sendsCommands }: Pick<PersonPolicy, 'sendsCommands'>,
): PolicyStatement[] => [
  // SendTask… names no resource: whoever has a token could answer for somebody else, and histories show tokens.
  deny('TokensAreNobodysOwn', ['SendTaskSuccess', 'SendTaskFailure', 'SendTaskHeartbeat'].map(of('states')), ['*']),
  deny(
    'TablesAreWrittenByFunctions',
    [...changesOfItems, 'DeleteTable', 'UpdateTable', 'UpdateTimeToLive', 'UpdateContinuousBackups'].map(
      of('dynamodb'),
    ),
    [tables.history.tableArn, tables.state.tableArn],
  ),
  deny(
    'FunctionsTrustTheirMachine',
    ['InvokeFunction', 'InvokeAsync', 'InvokeFunctionUrl'].map(of('lambda')),
    namesInShort(
      functionNames().filter((name) => !['reconcile', 'seed-flags'].includes(name)), // take no input, may run at any time
    ).map((name) => named(stack, 'lambda', 'function', `rollback-${environment}-${name}*`)), // and its versions
  ),
  deny(
    'CommandsComeFromRollbacks',
    [
      ...(sendsCommands ? [] : ['SendCommand']),
      ...['CreateAssociation', 'CreateAssociationBatch', 'UpdateAssociation', 'UpdateDocument'],
    ].map(of('ssm')),
    [stack.formatArn({ service: 'ssm', resource: 'document', resourceName: `rollback-${environment}-*` })],
  ),
];

/** A policy takes 6,144 characters: `take-the-fleet`, `release-the-fleet` and `plan-the-rollback` are `*-the-`. */
const namesInShort = (names: readonly string[]) => [
  ...new Set(names.map((name) => (name.includes('-the-') ? '*-the-' : name))),
];

const deny = (sid: string, actions: string[], resources: string[]) =>
  new PolicyStatement({ sid, effect: Effect.DENY, actions, resources });
const of = (service: string) => (action: string) => `${service}:${action}`;

const changesOfItems = [
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'BatchWriteItem',
  'PartiQLInsert',
  'PartiQLUpdate',
  'PartiQLDelete',
];
