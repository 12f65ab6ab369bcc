import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Environment } from '../domain/environment.ts';
import { hostsOf, lateKey, lateOf, unreachedOf, unsentOf } from '../domain/tables.ts';
import type { FlagLayers } from './flag-layers.ts';
import type { Operators } from './operators.ts';
import { wildcard } from './wildcard.ts';

/** Single items of the state table, under conditions; a task names what it does with them. */
export const useState = (
  { tableArn }: TableV2,
  ...actions: readonly ('GetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem')[]
) => new PolicyStatement({ actions: actions.map((action) => `dynamodb:${action}`), resources: [tableArn] });

/**
 * Adds events and brings the RECORD up to date. Nothing here deletes from the history; a put over an event would break its
 * chain. What the history table would not take waits in the state table, and is written later by whoever comes next:
 * hosts' verdicts too, so everybody may store those.
 */
export const addToHistory = (history: TableV2, state: TableV2) => [
  new PolicyStatement({ actions: ['dynamodb:PutItem', 'dynamodb:Query'], resources: [history.tableArn] }),
  new PolicyStatement({
    actions: ['dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:DeleteItem'],
    resources: [state.tableArn],
    conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [lateKey('*', '').pk, lateOf] } },
  }),
  putHostVerdicts(history),
];

/** Stores the verdicts of many hosts at once. A batch may delete, so it reaches their items only, never events. */
const putHostVerdicts = ({ tableArn }: TableV2) =>
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
    wildcard("Any instance that carries the fleet's tag: hosts come and go, and each rollback freezes their ids.", {
      actions: ['ssm:SendCommand'],
      resources: [Stack.of(scope).formatArn({ service: 'ec2', resource: 'instance', resourceName: '*' })],
      conditions: { StringEquals: { [`ssm:resourceTag/${fleet.tag.key}`]: fleet.tag.value } },
    }),
    followCommands('ListCommandInvocations', 'GetCommandInvocation', 'CancelCommand'),
  ];
}

/** Cancels what an ended execution left running, and sees what became of it. */
export const stopCommands = () => followCommands('ListCommandInvocations', 'CancelCommand');

const followCommands = (...names: readonly string[]) =>
  wildcard("Commands' results and their cancelling have no resource-level permissions (Systems Manager).", {
    actions: names.map((name) => `ssm:${name}`),
    resources: ['*'],
  });

/** Sees which hosts' agents answer. */
export const seeHosts = () =>
  wildcard('DescribeInstanceInformation has no resource-level permissions; it only reads.', {
    actions: ['ssm:DescribeInstanceInformation'],
    resources: ['*'],
  });

/** Sees the fleet's agents and the documents as they stand. */
export const lookAtFleet = (documentArns: readonly string[]) => [
  seeHosts(),
  new PolicyStatement({ actions: ['ssm:DescribeDocument', 'ssm:GetDocument'], resources: [...documentArns] }),
];

/** Sees whether an execution of one of the product's machines still runs. */
export const seeExecutions = (scope: Construct, environment: string) =>
  wildcard("Executions of the product's own machines: their names are not known before they start.", {
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

/** Sees which hosts are still to be rolled back. */
export const seeUnreached = ({ tableArn }: TableV2) =>
  new PolicyStatement({
    actions: ['dynamodb:Query'],
    resources: [tableArn],
    conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': unreachedOf } },
  });

/** Keeps the messages that did not leave. */
export const keepUnsent = ({ tableArn }: TableV2) => [
  new PolicyStatement({
    actions: ['dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:DeleteItem'],
    resources: [tableArn],
    conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': unsentOf } },
  }),
];

/** Reads deployments of a phase. */
export const readDeployments = ({ tableArn }: TableV2) =>
  new PolicyStatement({
    actions: ['dynamodb:Query'],
    resources: [tableArn],
    conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'PHASE#*' } },
  });

/** Sees which alarms are red. */
export const seeAlarms = (scope: Construct) => [
  wildcard('DescribeAlarms with a prefix is judged on all alarms; it only reads.', {
    actions: ['cloudwatch:DescribeAlarms'],
    resources: [
      Stack.of(scope).formatArn({
        service: 'cloudwatch',
        resource: 'alarm',
        resourceName: '*',
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    ],
  }),
];
export const seeMetrics = () =>
  wildcard('GetMetricData has no resource-level permissions; it only reads.', {
    actions: ['cloudwatch:GetMetricData'],
    resources: ['*'],
  });

/** Overrides flags in the safety layer, by the strategy that does not bake, and in no other way. */
export const overrideFlags = ({ application, safety, immediate }: FlagLayers) =>
  writeLayer(application, safety, immediate, ['GetHostedConfigurationVersion'], ['GetDeployment']);

/** Writes the normal layer's first values. */
export const seedFlagLayer = ({ application, normal, immediate }: FlagLayers) =>
  writeLayer(application, normal, immediate, [], []);

function writeLayer(
  application: string,
  { environment, profile }: FlagLayers['safety'],
  strategy: string,
  onVersions: readonly string[],
  onDeployments: readonly string[],
): PolicyStatement[] {
  const actions = (...names: readonly string[]) => names.map((name) => `appconfig:${name}`);
  const numbered = 'Versions and deployments of this one layer: AppConfig numbers them as they are made.';
  return [
    wildcard(numbered, {
      actions: actions('ListHostedConfigurationVersions', 'CreateHostedConfigurationVersion', ...onVersions),
      resources: [application, profile, `${profile}/hostedconfigurationversion/*`],
    }),
    wildcard(numbered, {
      actions: actions('ListDeployments', ...onDeployments),
      resources: [application, environment, `${environment}/deployment/*`],
    }),
    wildcard(numbered, {
      actions: actions('StartDeployment'),
      resources: [application, environment, profile, strategy, `${environment}/deployment/*`],
    }),
  ];
}

/** Tells operators; SNS encrypts with the publisher's permissions. */
export const publishTo = ({ topic, key }: Operators) => [
  new PolicyStatement({ actions: ['sns:Publish'], resources: [topic.topicArn] }),
  new PolicyStatement({ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key.keyArn] }),
];

/** Starts the phases' machines, as EventBridge does. */
export const startMachines = (arns: readonly string[]) =>
  new PolicyStatement({ actions: ['states:StartExecution'], resources: [...arns] });
