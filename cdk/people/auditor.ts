import type { Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { named } from '../permissions.ts';
import { wildcard } from '../wildcard.ts';
import type { PersonPolicy } from './person-policy.ts';
import { reading, readsOfCommands } from './reading.ts';

/** Reads every rollback and the product's resources. Changes nothing and reads no secret. */
export const auditor: PersonPolicy = {
  description: 'Reads every rollback and everything the product is made of. Changes nothing and reads no secret.',
  statements: (stack, product) => [
    ...reading(stack, product),
    new PolicyStatement({ actions: ['dynamodb:Scan'], resources: [product.tables.history.tableArn] }),
    wildcard('The resources of this product and environment. It only reads.', {
      actions: readsOfResources,
      resources: partsOf(stack, product.environment),
    }),
    wildcard('LookupEvents has no resource-level permissions. It only reads.', {
      actions: ['cloudtrail:LookupEvents'],
      resources: ['*'],
    }), // the principals of all calls
    new PolicyStatement({ sid: 'NoSecrets', effect: Effect.DENY, actions: secrets, resources: ['*'] }),
  ],
};

const readsOfResources = [
  'lambda:GetFunction',
  'lambda:GetPolicy',
  'lambda:ListVersionsByFunction',
  'events:DescribeRule',
  'events:ListTargetsByRule',
  'sns:GetTopicAttributes',
  'sns:ListSubscriptionsByTopic',
  'sqs:GetQueueUrl',
  'sqs:GetQueueAttributes',
  'iam:GetRole',
  'iam:GetRolePolicy',
  'iam:ListRolePolicies',
  'iam:ListAttachedRolePolicies',
  'iam:GetPolicy',
  'iam:GetPolicyVersion',
  'cloudformation:DescribeStacks',
  'cloudformation:DescribeStackEvents',
  'cloudformation:ListStackResources',
  'cloudformation:GetTemplate',
  ...['ListBucketVersions', 'GetObject', 'GetObjectVersion'].map((action) => `s3:${action}`), // the export, by versions
];

/** CloudFormation names the roles, and starts their names with the stack's, which is `rollback-<environment>`. */
const partsOf = (stack: Stack, environment: string) => {
  const ours = `rollback-${environment}-*`;
  const iam = (resource: string) => stack.formatArn({ service: 'iam', region: '', resource, resourceName: ours });
  return [
    named(stack, 'lambda', 'function', ours),
    stack.formatArn({ service: 'events', resource: 'rule', resourceName: ours }),
    stack.formatArn({ service: 'sns', resource: ours }),
    stack.formatArn({ service: 'sqs', resource: ours }),
    // One short ARN for the bucket and its objects, because a policy may have 6,144 characters.
    stack.formatArn({ service: 's3', region: '', account: '', resource: `rollback-${environment}-history-*` }),
    iam('role'),
    iam('policy'),
    stack.formatArn({ service: 'cloudformation', resource: 'stack', resourceName: `rollback-${environment}*` }),
  ];
};

/**
 * Reads that may return secrets. IAM cannot tell a SecureString from another parameter, and commands of other teams may
 * contain secrets. The results of the product's commands are in the history, one report per host and step.
 */
const secrets = [
  ...readsOfCommands,
  'secretsmanager:GetSecretValue',
  'secretsmanager:BatchGetSecretValue',
  'ssm:GetParameter',
  'ssm:GetParameters',
  'ssm:GetParametersByPath',
  'ssm:GetParameterHistory',
  'states:RevealSecrets',
];
