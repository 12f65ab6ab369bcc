import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { reportsFolder } from '../domain/archive/report-key.ts';
import { indexName } from '../domain/history/record-index.ts';
import type { Environment } from '../domain/infra/environment.ts';
import { pagesFolder } from '../domain/page-key.ts';
import { productMetrics } from '../domain/product-metrics.ts';
import {
  countersOf,
  eventsOf,
  hostsOf,
  lateKey,
  lateOf,
  linksOf,
  monthsOf,
  recordKey,
  statisticsOf,
} from '../domain/tables.ts';
import type { HistoryBucket } from './history-bucket.ts';
import type { Operators } from './operators.ts';
import { wildcard } from './wildcard.ts';

export type ItemAction =
  | 'GetItem'
  | 'BatchGetItem'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'Query'
  | 'BatchWriteItem';

/**
 * Allows actions on the items of a table whose partition key matches one of these; `*` at the end matches any ending.
 */
export const useItems = ({ tableArn }: TableV2, keys: string | string[], ...actions: readonly ItemAction[]) =>
  new PolicyStatement({
    actions: actions.map((action) => `dynamodb:${action}`),
    resources: [tableArn],
    conditions: {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys },
      Null: { 'dynamodb:LeadingKeys': 'false' }, // because ForAllValues also matches a request without a key
    },
  });

/**
 * Adds events and links, updates the RECORD and stores hosts' verdicts. Nothing here deletes from the history.
 *
 * Writes that the history table does not accept are kept in the state table, and the next function that writes the
 * history writes them too. Every such function therefore has the rights to write everything.
 */
export const addToHistory = (history: TableV2, state: TableV2) => [
  useItems(history, [eventsOf('*'), recordKey('*').pk, linksOf('*'), monthsOf], 'PutItem'),
  useItems(history, [eventsOf('*'), hostsOf('*'), linksOf('*'), monthsOf], 'Query'),
  useItems(history, hostsOf('*'), 'BatchWriteItem'), // no events, because a batch may delete
  useItems(state, [lateKey('*', '').pk, lateOf], 'PutItem', 'Query', 'DeleteItem'),
];

/** Reads links, events and hosts' verdicts. */
export const readHistory = (history: TableV2) =>
  useItems(history, [eventsOf('*'), hostsOf('*'), linksOf('*'), monthsOf], 'Query');

/** Reads the writes that the history table has not accepted yet. */
export const readWaitingHistory = (state: TableV2) => useItems(state, [lateKey('*', '').pk, lateOf], 'Query');

/** Finds the rollbacks of a phase, and reads their records. */
export const readEarlierRollbacks = (history: TableV2) => [
  useItems(history, recordKey('*').pk, 'GetItem'),
  new PolicyStatement({ actions: ['dynamodb:Query'], resources: [`${history.tableArn}/index/${indexName('phase')}`] }),
];

/** Puts objects into the bucket of the export. Reads none, and the bucket's policy denies to put a second version. */
export const putExports = ({ bucket }: HistoryBucket) =>
  wildcard('Any object of this one bucket, because its key names what it holds.', {
    actions: ['s3:PutObject'],
    resources: [bucket.arnForObjects('*')],
  });

/** Puts incident pages into a bucket, each writing as a new version. Reads none. */
export const putPages = (scope: Construct, bucket: string) =>
  putBelow(scope, `${bucket}/${pagesFolder}`, 'Any page, because its key names its rollback.');

/** Puts objects of the archive of metrics, and sees which exist. Reads none. */
export const archiveMetrics = ({ bucket }: HistoryBucket) => [
  wildcard('Any object of the archive, because its key names its two hours.', {
    actions: ['s3:PutObject'],
    resources: [bucket.arnForObjects('metrics/*')],
  }),
  new PolicyStatement({
    actions: ['s3:ListBucket'],
    resources: [bucket.bucketArn],
    conditions: { StringLike: { 's3:prefix': 'metrics/*' } },
  }),
];

/** Puts reports and their evidence. Reads none. */
export const putReports = (scope: Construct, bucket: string) =>
  putBelow(scope, `${bucket}/${reportsFolder}`, 'Any report, because its key names its rollback.');

/** By the bucket's name, because cdk-nag would write a reference from a nested stack differently. */
const putBelow = (scope: Construct, folder: string, why: string) =>
  wildcard(why, {
    actions: ['s3:PutObject'],
    resources: [Stack.of(scope).formatArn({ service: 's3', region: '', account: '', resource: `${folder}*` })],
  });

/** Puts the product's own events of one source onto the account's default bus, and no other. */
export const putEvents = (scope: Construct, source: string) =>
  new PolicyStatement({
    actions: ['events:PutEvents'],
    resources: [Stack.of(scope).formatArn({ service: 'events', resource: 'event-bus', resourceName: 'default' })],
    conditions: { StringEquals: { 'events:source': source } },
  });

/** Finds RECORD and HOST items of an older version, and adds the index attributes to them. */
export const indexOlderItems = (history: TableV2) => [
  new PolicyStatement({ actions: ['dynamodb:Scan'], resources: [history.tableArn] }),
  useItems(history, [recordKey('*').pk, hostsOf('*')], 'UpdateItem'),
];

/** Reads the monthly counters: those of several months, which are several partitions, with one request. */
export const readStatistics = (history: TableV2) =>
  useItems(history, [countersOf('*'), statisticsOf], 'BatchGetItem', 'GetItem', 'Query');

/** Counts rollbacks by month. The index finds the rollbacks of a month whose counters are rebuilt. */
export const countStatistics = (history: TableV2) => [
  useItems(history, [countersOf('*'), statisticsOf], 'GetItem', 'PutItem', 'Query'),
  new PolicyStatement({ actions: ['dynamodb:Query'], resources: [`${history.tableArn}/index/${indexName('mode')}`] }),
];

/** Runs these documents on instances with the fleet's tag, reads the results and cancels commands. */
export const runOnFleet = (
  scope: Construct,
  documentArns: readonly string[],
  { fleet }: Environment,
): PolicyStatement[] => [
  ...sendToFleet(scope, documentArns, fleet.tag),
  followCommands('ListCommandInvocations', 'GetCommandInvocation', 'CancelCommand'),
];

/** Every instance, and every hybrid node: IAM knows these by ARNs of two services. */
export const everyHost = (scope: Construct) => [
  Stack.of(scope).formatArn({ service: 'ec2', resource: 'instance', resourceName: '*' }),
  Stack.of(scope).formatArn({ service: 'ssm', resource: 'managed-instance', resourceName: '*' }),
];

/** Sends these documents to hosts with the fleet's tag, and to no other. */
export const sendToFleet = (scope: Construct, documentArns: readonly string[], tag: Environment['fleet']['tag']) => [
  new PolicyStatement({ actions: ['ssm:SendCommand'], resources: [...documentArns] }),
  wildcard("Any host with the fleet's tag, because hosts change. Each rollback freezes the ids that it acts on.", {
    actions: ['ssm:SendCommand'],
    resources: everyHost(scope),
    conditions: { StringEquals: { [`ssm:resourceTag/${tag.key}`]: tag.value } },
  }),
];

/** Cancels the commands that an ended execution left running, and reads their results. */
export const stopCommands = () => followCommands('ListCommandInvocations', 'CancelCommand');

/** Reads the results of commands. */
export const readCommands = () => followCommands('ListCommandInvocations');

const followCommands = (...names: readonly string[]) =>
  wildcard('Reading and cancelling commands have no resource-level permissions (Systems Manager).', {
    actions: names.map((name) => `ssm:${name}`),
    resources: ['*'],
  });

/** Reads which hosts exist in EC2 and which are online in Systems Manager. */
export const seeHosts = (...also: readonly string[]) =>
  wildcard('None of these actions has resource-level permissions. They only read.', {
    actions: ['ssm:DescribeInstanceInformation', 'ec2:DescribeInstances', ...also],
    resources: ['*'],
  });

/** Lists documents with their default versions. */
export const listDocuments = () =>
  wildcard('ListDocuments has no resource-level permissions. It only reads.', {
    actions: ['ssm:ListDocuments'],
    resources: ['*'],
  });

/** Reads the inventory of hosts, and the current versions of these documents. */
export const lookAtFleet = (documentArns: readonly string[]) => [seeHosts(), readDocuments(documentArns)];

/** Reads documents with their versions and hashes. */
export const readDocuments = (documentArns: readonly string[]) =>
  new PolicyStatement({ actions: ['ssm:DescribeDocument', 'ssm:GetDocument'], resources: [...documentArns] });

/** Reads every document of this product, as readDocuments. Named one by one, they would exceed the length of a role's policies. */
export const readOwnDocuments = (scope: Construct, environment: string) =>
  wildcard('Documents of this product and environment. It only reads.', {
    actions: ['ssm:DescribeDocument', 'ssm:GetDocument'],
    resources: [
      Stack.of(scope).formatArn({ service: 'ssm', resource: 'document', resourceName: `rollback-${environment}-*` }),
    ],
  });

/**
 * Reads whether executions of these machines still run. By default the machines that roll back: only their executions
 * hold claims and locks.
 */
export const seeExecutions = (scope: Construct, environment: string, ...machines: readonly string[]) =>
  wildcard('Executions of these machines, because their names are not known before they start.', {
    actions: ['states:DescribeExecution'],
    resources: (machines.length > 0 ? machines : ['phase-*']).map((name) =>
      executionsOf(scope, `rollback-${environment}-${name}`),
    ),
  });

/** Reads the definition with which an execution of a machine that rolls back runs. */
export const seeDefinitions = (scope: Construct, environment: string) =>
  wildcard('Executions of these machines, because their names are not known before they start.', {
    actions: ['states:DescribeStateMachineForExecution'],
    resources: [executionsOf(scope, `rollback-${environment}-phase-*`)],
  });

/** Wakes a machine that waits for an answer. The token identifies the execution, which then reads the answer itself. */
export const wakeMachines = () =>
  wildcard('SendTaskSuccess has no resource-level permissions (Service Authorization Reference, AWS Step Functions).', {
    actions: ['states:SendTaskSuccess'],
    resources: ['*'],
  });

/** Publishes the product's own metrics, in its own namespace. */
export const countInCloudWatch = () =>
  wildcard('PutMetricData has no resource-level permissions. A condition limits it to the product’s namespace.', {
    actions: ['cloudwatch:PutMetricData'],
    resources: ['*'],
    conditions: { StringEquals: { 'cloudwatch:namespace': productMetrics.namespace } },
  });

/** Lists the executions of these machines. */
export const listExecutions = (arns: readonly string[]) =>
  new PolicyStatement({ actions: ['states:ListExecutions'], resources: [...arns] });

export const executionsOf = (scope: Construct, machines: string) =>
  named(scope, 'states', 'execution', `${machines}:*`);

/** Returns an ARN whose resource name follows a colon, in the stack's account and region. */
export const named = (scope: Construct, service: string, resource: string, resourceName: string) =>
  Stack.of(scope).formatArn({ service, resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });

/** Reads the states of alarms. */
export const seeAlarms = (scope: Construct) =>
  wildcard('IAM checks DescribeAlarms with a prefix against all alarms. It only reads.', {
    actions: ['cloudwatch:DescribeAlarms'],
    resources: [named(scope, 'cloudwatch', 'alarm', '*')],
  });

/** Reads the states of alarms, and how they changed. */
export const seePastAlarms = (scope: Construct) =>
  wildcard('IAM checks DescribeAlarms with a prefix against all alarms. It only reads.', {
    actions: ['cloudwatch:DescribeAlarms', 'cloudwatch:DescribeAlarmHistory'],
    resources: [named(scope, 'cloudwatch', 'alarm', '*')],
  });

/** Reads datapoints of metrics. */
export const seeMetrics = () =>
  wildcard('GetMetricData has no resource-level permissions. It only reads.', {
    actions: ['cloudwatch:GetMetricData'],
    resources: ['*'],
  });

/** Queries the logs of the product's functions, and of groups that an environment names. Reads no other group. */
export const queryLogs = (scope: Construct, environment: string, groups: readonly string[]) => [
  wildcard(
    "Any function of the product: their log groups are named after them. AWS writes the ARN of a log group with ':*'.",
    {
      actions: ['logs:StartQuery'],
      resources: [`/aws/lambda/rollback-${environment}-*`, ...groups].map(
        (name) => `${named(scope, 'logs', 'log-group', name)}:*`,
      ),
    },
  ),
  wildcard(
    'GetQueryResults has no resource-level permissions: the id of a query, which nobody can guess, is the right to it.',
    {
      actions: ['logs:GetQueryResults'],
      resources: ['*'],
    },
  ),
];

/** Publishes messages to operators. Includes the topic's key, because SNS encrypts with the publisher's permissions. */
export const publishTo = ({ topic, key }: Operators) => [
  new PolicyStatement({ actions: ['sns:Publish'], resources: [topic.topicArn] }),
  new PolicyStatement({ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key.keyArn] }),
];

export const chatTopicName = (environment: string) => `rollback-${environment}-chat`;

/** The ARN by name: the function that publishes is made after its settings. */
export const chatTopicArn = (scope: Construct, environment: string) =>
  Stack.of(scope).formatArn({ service: 'sns', resource: chatTopicName(environment) });

/** Publishes to the topic for chats, which has the key of the operators' topic. */
export const publishToChat = (scope: Construct, environment: string, { key }: Pick<Operators, 'key'>) => [
  new PolicyStatement({ actions: ['sns:Publish'], resources: [chatTopicArn(scope, environment)] }),
  new PolicyStatement({ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key.keyArn] }),
];

/**
 * Reads one SecureString. AWS's own key for parameters decrypts it for whoever may read it in this account; another key must let the
 * function decrypt.
 */
export const readParameter = (scope: Construct, name: string) =>
  new PolicyStatement({
    actions: ['ssm:GetParameter'],
    resources: [
      Stack.of(scope).formatArn({ service: 'ssm', resource: 'parameter', resourceName: name.replace(/^\//, '') }),
    ],
  });

/** Reads the events of rollbacks, and those that the history table has not accepted yet. */
export const readEvents = (history: TableV2) => useItems(history, eventsOf('*'), 'Query');

/** Starts these machines. */
export const startMachines = (arns: readonly string[]) =>
  new PolicyStatement({ actions: ['states:StartExecution'], resources: [...arns] });
