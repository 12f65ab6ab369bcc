import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Environment } from '../domain/environment.ts';
import { hostsOf } from '../domain/tables.ts';

/** Single items of the state table, under conditions; a task names what it does with them. */
export const useState = (
  { tableArn }: TableV2,
  ...actions: readonly ('GetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem')[]
) => new PolicyStatement({ actions: actions.map((action) => `dynamodb:${action}`), resources: [tableArn] });

/** Adds events and brings the RECORD up to date. Nothing here deletes; a put over an event would break its chain. */
export const addToHistory = ({ tableArn }: TableV2) =>
  new PolicyStatement({ actions: ['dynamodb:PutItem', 'dynamodb:Query'], resources: [tableArn] });

/** Stores the verdicts of many hosts at once. A batch may delete, so it reaches their items only, never events. */
export const putHostVerdicts = ({ tableArn }: TableV2) =>
  new PolicyStatement({
    actions: ['dynamodb:BatchWriteItem'],
    resources: [tableArn],
    conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': hostsOf('*') } },
  });

/** Runs these documents, and only on instances that carry the fleet's tag. */
export function runOnFleet(
  scope: Construct,
  documentArns: readonly string[],
  { fleet }: Environment,
): PolicyStatement[] {
  return [
    new PolicyStatement({ actions: ['ssm:SendCommand'], resources: [...documentArns] }),
    new PolicyStatement({
      actions: ['ssm:SendCommand'],
      resources: [Stack.of(scope).formatArn({ service: 'ec2', resource: 'instance', resourceName: '*' })],
      conditions: { StringEquals: { [`ssm:resourceTag/${fleet.tag.key}`]: fleet.tag.value } },
    }),
    // These three have no resource-level permissions (service authorization reference, Systems Manager).
    new PolicyStatement({
      actions: ['ssm:ListCommandInvocations', 'ssm:GetCommandInvocation', 'ssm:CancelCommand'],
      resources: ['*'],
    }),
  ];
}

/** Sees the fleet's agents and the documents as they stand. */
export const lookAtFleet = (documentArns: readonly string[]) => [
  // DescribeInstanceInformation has no resource-level permissions.
  new PolicyStatement({ actions: ['ssm:DescribeInstanceInformation'], resources: ['*'] }),
  new PolicyStatement({ actions: ['ssm:DescribeDocument', 'ssm:GetDocument'], resources: [...documentArns] }),
];

/** Sees whether an execution of one of the product's machines still runs. */
export const seeExecutions = (scope: Construct, environment: string) =>
  new PolicyStatement({
    actions: ['states:DescribeExecution'],
    resources: [
      Stack.of(scope).formatArn({
        service: 'states',
        resource: 'execution',
        resourceName: `rollback-${environment}-*:*`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    ],
  });
