import type { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { executionsOf, named } from '../permissions.ts';
import { wildcard } from '../wildcard.ts';
import type { Product } from './person-policy.ts';

/** Reads rollbacks during and after their run: machines, records, alarms, flags, logs. */
export const reading = (stack: Stack, { environment, tables, flags }: Product): PolicyStatement[] => [
  wildcard('Machines, documents and flags of this product and environment. It only reads.', {
    actions: [
      ...['DescribeStateMachine', 'ListExecutions'].map((action) => `states:${action}`),
      ...['DescribeDocument', 'GetDocument'].map((action) => `ssm:${action}`),
      ...flagReads.map((action) => `appconfig:${action}`),
    ],
    resources: [
      named(stack, 'states', 'stateMachine', `rollback-${environment}-*`),
      stack.formatArn({ service: 'ssm', resource: 'document', resourceName: `rollback-${environment}-*` }),
      flags.application,
      `${flags.application}/*`,
    ],
  }),
  wildcard('Executions of this product’s machines, because their names are not known before they start.', {
    actions: ['states:DescribeExecution', 'states:GetExecutionHistory', 'states:DescribeStateMachineForExecution'],
    resources: [executionsOf(stack, `rollback-${environment}-*`)],
  }),
  new PolicyStatement({
    actions: ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:DescribeTable'],
    resources: [tables.history.tableArn, tables.state.tableArn],
  }),
  wildcard('Every index of the history table. It only reads, and an index has no data that the table does not have.', {
    actions: ['dynamodb:Query'],
    resources: [`${tables.history.tableArn}/index/*`],
  }),
  wildcard('IAM checks DescribeAlarms with a prefix against all alarms. It only reads.', {
    actions: ['cloudwatch:DescribeAlarms', 'cloudwatch:DescribeAlarmHistory'],
    resources: [named(stack, 'cloudwatch', 'alarm', '*')],
  }),
  wildcard('Logs of this product and environment, because AWS names the streams. It only reads.', {
    actions: ['FilterLogEvents', 'GetLogEvents', 'DescribeLogStreams', 'StartQuery'].map((action) => `logs:${action}`),
    resources: ['/aws/vendedlogs/states/', '/aws/lambda/'].map((folder) =>
      named(stack, 'logs', 'log-group', `${folder}rollback-${environment}-*`),
    ),
  }),
  wildcard('These have no resource-level permissions (service authorization reference of each). They only read.', {
    actions: lists,
    resources: ['*'],
  }),
];

const flagReads = [
  'ListEnvironments',
  'ListConfigurationProfiles',
  'ListHostedConfigurationVersions',
  'GetHostedConfigurationVersion',
  'ListDeployments',
  'GetDeployment',
];

/** Actions without a resource type (Service Authorization Reference of each service). */
const lists = [
  'states:ListStateMachines',
  'ssm:DescribeInstanceInformation',
  'appconfig:ListApplications',
  'cloudwatch:GetMetricData',
  'cloudwatch:GetMetricStatistics',
  'cloudwatch:ListMetrics',
  'logs:DescribeLogGroups',
  'logs:DescribeQueryDefinitions',
  'logs:GetQueryResults',
  'events:ListRules',
  'sqs:ListQueues',
  'sns:ListTopics',
];

/**
 * Reads commands of the whole account, with their parameters and output. AWS offers no way to narrow them: they have no
 * resource type and no condition key (service authorization reference, Systems Manager). Commands of other teams may
 * contain secrets.
 */
export const readsOfCommands = ['ssm:ListCommands', 'ssm:ListCommandInvocations', 'ssm:GetCommandInvocation'];
