import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Environment } from '../domain/infra/environment.ts';
import { productMetrics } from '../domain/product-metrics.ts';
import { eventsOf, hostsOf, lateKey, lateOf, recordKey } from '../domain/tables.ts';
import type { FlagLayers } from './flag-layers.ts';
import type { Operators } from './operators.ts';
import { wildcard } from './wildcard.ts';

export type ItemAction = 'GetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'Query' | 'BatchWriteItem';

/** These actions on items of a table whose partition key is one of these or begins so. */
export const useItems = ({ tableArn }: TableV2, keys: string | string[], ...actions: readonly ItemAction[]) =>
  new PolicyStatement({
    actions: actions.map((action) => `dynamodb:${action}`),
    resources: [tableArn],
    conditions: {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys },
      Null: { 'dynamodb:LeadingKeys': 'false' }, // "for all values" holds for a request that names none
    },
  });

/**
 * Adds events, brings the RECORD up to date, stores hosts' verdicts. Nothing here deletes from the history. What its table
 * would not take waits in the state table, and is written later by whoever comes next: so everybody may write everything.
 */
export const addToHistory = (history: TableV2, state: TableV2) => [
  useItems(history, [eventsOf('*'), recordKey('*').pk], 'PutItem'),
  useItems(history, [eventsOf('*'), hostsOf('*')], 'Query'),
  useItems(history, hostsOf('*'), 'BatchWriteItem'), // a batch may delete, so it reaches no event
  useItems(state, [lateKey('*', '').pk, lateOf], 'PutItem', 'Query', 'DeleteItem'),
];

/** Runs these documents, and only on instances that carry the fleet's tag. */
export const runOnFleet = (
  scope: Construct,
  documentArns: readonly string[],
  { fleet }: Environment,
): PolicyStatement[] => [
  ...sendToFleet(scope, documentArns, fleet.tag),
  followCommands('ListCommandInvocations', 'GetCommandInvocation', 'CancelCommand'),
];

/** Sends these documents, and only to instances that carry the fleet's tag. */
export const sendToFleet = (scope: Construct, documentArns: readonly string[], tag: Environment['fleet']['tag']) => [
  new PolicyStatement({ actions: ['ssm:SendCommand'], resources: [...documentArns] }),
  wildcard("Any instance that carries the fleet's tag: hosts come and go, and each rollback freezes their ids.", {
    actions: ['ssm:SendCommand'],
    resources: [Stack.of(scope).formatArn({ service: 'ec2', resource: 'instance', resourceName: '*' })],
    conditions: { StringEquals: { [`ssm:resourceTag/${tag.key}`]: tag.value } },
  }),
];

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

/** Sees whether an execution of these machines still runs; unless others are named the phases': claims and locks name no others. */
export const seeExecutions = (scope: Construct, environment: string, ...machines: readonly string[]) =>
  wildcard('Executions of these machines: their names are not known before they start.', {
    actions: ['states:DescribeExecution'],
    resources: (machines.length > 0 ? machines : ['phase-*']).map((name) =>
      executionsOf(scope, `rollback-${environment}-${name}`),
    ),
  });

/** Wakes a machine that waits for an answer. The token says which; what was answered it reads for itself. */
export const wakeMachines = () =>
  wildcard('SendTaskSuccess has no resource-level permissions (Service Authorization Reference, AWS Step Functions).', {
    actions: ['states:SendTaskSuccess'],
    resources: ['*'],
  });

/** Counts what the product counts itself, in its own namespace. */
export const countInCloudWatch = () =>
  wildcard('PutMetricData has no resource-level permissions; the namespace is the product’s own.', {
    actions: ['cloudwatch:PutMetricData'],
    resources: ['*'],
    conditions: { StringEquals: { 'cloudwatch:namespace': productMetrics.namespace } },
  });

/** Sees which executions these machines had. */
export const listExecutions = (arns: readonly string[]) =>
  new PolicyStatement({ actions: ['states:ListExecutions'], resources: [...arns] });

export const executionsOf = (scope: Construct, machines: string) =>
  named(scope, 'states', 'execution', `${machines}:*`);

/** An ARN of the form that names its resource after a colon. */
export const named = (scope: Construct, service: string, resource: string, resourceName: string) =>
  Stack.of(scope).formatArn({ service, resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });

/** Sees which alarms are red. */
export const seeAlarms = (scope: Construct) =>
  wildcard('DescribeAlarms with a prefix is judged on all alarms; it only reads.', {
    actions: ['cloudwatch:DescribeAlarms'],
    resources: [named(scope, 'cloudwatch', 'alarm', '*')],
  });
export const seeMetrics = () =>
  wildcard('GetMetricData has no resource-level permissions; it only reads.', {
    actions: ['cloudwatch:GetMetricData'],
    resources: ['*'],
  });

/** Overrides flags in the safety layer, by the strategy that does not bake, and in no other way. */
export const overrideFlags = ({ application, safety, immediate }: FlagLayers) => [
  ...writeLayer(application, safety, immediate),
  wildcard('Versions of this one profile: AppConfig numbers them as they are made.', {
    actions: ['appconfig:GetHostedConfigurationVersion'],
    resources: [application, safety.profile, `${safety.profile}/hostedconfigurationversion/*`],
  }),
  wildcard('Deployments of this one environment: AppConfig numbers them as they are started.', {
    actions: ['appconfig:GetDeployment'],
    resources: [application, safety.environment, `${safety.environment}/deployment/*`],
  }),
];

/** Writes the normal layer's first values. */
export const seedFlagLayer = ({ application, normal, immediate }: FlagLayers) =>
  writeLayer(application, normal, immediate);

/** The resources each action needs, all of them (Service Authorization Reference, AWS AppConfig). */
const writeLayer = (
  application: string,
  { environment, profile }: FlagLayers['safety'],
  strategy: string,
): PolicyStatement[] => [
  new PolicyStatement({
    actions: ['appconfig:ListHostedConfigurationVersions', 'appconfig:CreateHostedConfigurationVersion'],
    resources: [application, profile],
  }),
  new PolicyStatement({ actions: ['appconfig:ListDeployments'], resources: [application, environment] }),
  new PolicyStatement({
    actions: ['appconfig:StartDeployment'],
    resources: [application, environment, profile, strategy],
  }),
];

/** Tells operators; SNS encrypts with the publisher's permissions. */
export const publishTo = ({ topic, key }: Operators) => [
  new PolicyStatement({ actions: ['sns:Publish'], resources: [topic.topicArn] }),
  new PolicyStatement({ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key.keyArn] }),
];

/** Starts these machines, as EventBridge does. */
export const startMachines = (arns: readonly string[]) =>
  new PolicyStatement({ actions: ['states:StartExecution'], resources: [...arns] });
