import type { Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { named } from '../permissions.ts';
import { functionNames } from '../tasks/bundle.ts';
import type { PersonPolicy, Product } from './person-policy.ts';

/**
 * Denies what no person may do by hand, whatever other policies they hold.
 *
 * Each of these calls would bypass the lock, the fence, the input check or the history. A state machine offers the same
 * work, and records the operator's name in an event.
 *
 * No machine restores from quarantine: restorer.ts, for an emergency role, sends the one document for it. In any other
 * emergency a person acts in a role without these policies. CloudTrail records both.
 */
export const neverByHand = (
  stack: Stack,
  { environment, tables }: Product,
  { sendsCommands }: Pick<PersonPolicy, 'sendsCommands'>,
): PolicyStatement[] => [
  // SendTask… names no resource, and execution histories show tokens, so a reader could answer in another person's name.
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
      functionNames().filter(
        (name) =>
          ![
            'archive-metrics',
            'check-documents',
            'count-failures',
            'export-history',
            'publish-transitions',
            'remind-of-tasks',
            'reconcile',
            'seed-flags',
          ].includes(name),
      ), // these may run at any time: they take no input, or only count
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

/**
 * Shortens names, because a policy may have 6,144 characters: names such as `take-the-fleet` become `*-the-`. No function that
 * may run at any time has such a name.
 */
const namesInShort = (names: readonly string[]) => [
  ...new Set(names.map((name) => shorter.find(({ of }) => of.test(name))?.name ?? name)),
];

const shorter = [
  { of: /-the-/, name: '*-the-' },
  { of: /-rollback$/, name: '*-rollback' },
  { of: /-hosts$/, name: '*-hosts' },
  { of: /^confirm-/, name: 'confirm-' },
  { of: /^a.*-p/, name: 'a*-p' }, // ask-a-person and attach-principal
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
