import { readRunbooks, readTriggers } from '../config/infra.ts';
import { partId, partOf } from '../domain/infra/part.ts';
import {
  checkIds,
  compareId,
  preparingIds,
  readyId,
  stepId,
  tradingIds,
  versionLookId,
} from '../domain/infra/runbook-steps.ts';

// The names that incidents use, from infra/ as it is now.

const runbooks = readRunbooks();

export const phases: readonly number[] = runbooks.map(({ phase }) => phase);
export const hosts: readonly string[] = ['host-1', 'host-2', 'host-3', 'host-4'];

/** The alarms of performance_degradation; every other trigger has one alarm. */
export const variants: readonly string[] = readTriggers().triggers.performance_degradation.alarms.flatMap(
  ({ variant }) => variant ?? [],
);

/** The metrics that hosts publish per phase and that an alarm watches. */
export const metrics: readonly string[] = Object.values(readTriggers().triggers).flatMap(({ alarms }) =>
  alarms.map(({ metric }) => metric),
);

/** The functions, by their names after `rollback-<environment>-`. */
export const functions: readonly string[] = [
  ...['open-rollback', 'ask-a-person', 'read-the-decision', 'take-the-fleet', 'send-message', 'run-on-hosts'],
  ...['flip-flag', 'confirm-recovery', 'close-rollback', 'reconcile', 'take-the-answer', 'release-the-fleet'],
  ...['attach-principal', 'record-deployment', 'export-history', 'seed-flags', 'plan-the-rollback', 'look-at-hosts'],
  ...[
    'annotate-the-rollback',
    'review-the-rollback',
    'set-the-brakes',
    'set-the-flag',
    'check-documents',
    'count-failures',
  ],
  'prepare-the-hosts',
  'check-readiness',
  'confirm-contacts',
  'archive-metrics',
  'measure-the-times',
  'watch-the-fleet',
  'follow-the-rollback',
  'change-the-task',
  'remind-of-tasks',
  ...['halt-the-hosts', 'resume-the-hosts', 'record-the-halt'],
  'write-page',
  'publish-transitions',
];

/** The layers of flags, as stories name them. */
export const layers: readonly string[] = ['normal', 'safety'];

const lastStates = [
  ...['Confirm recovery', 'Close rollback', 'Send rollback complete', 'Close as needs a person', 'Page a person'],
];

/** The states of each phase's machine in which a person may stop an execution. */
export const states: Readonly<Record<number, readonly string[]>> = Object.fromEntries(
  runbooks.map(({ phase, steps }) => [
    phase,
    [
      ...['Open rollback', 'Ask a person', 'Read the decision', 'Take the fleet', 'Send initial alert'],
      ...steps.map(({ name }) => name),
      ...lastStates,
    ],
  ]),
);

/** The same for the machine that rolls several phases back, which asks nobody. */
export const statesOfSeveral: readonly string[] = [
  ...['Open rollback', 'Take the fleet', 'Send initial alert'],
  ...runbooks.flatMap((runbook) => partOf(runbook).steps.map(({ name }) => name)),
  ...lastStates,
];

/** The ids of all steps, and of the checks. */
export const steps: readonly string[] = [
  ...runbooks.flatMap((runbook) =>
    [runbook, partOf(runbook)].flatMap((one) => one.steps.map(({ name }) => stepId(name))),
  ),
  ...runbooks.flatMap(({ phase }) => ['confirm-recovery', 'version-now', versionLookId].map((id) => partId(phase, id))),
  ...checkIds,
  compareId,
  ...preparingIds,
  ...tradingIds,
  ...runbooks.map(({ phase }) => readyId(phase)),
];

/**
 * The actions that functions call. Reads of the state and history tables by Scan are left out: with them the incident is
 * judged.
 */
export const actionFaults: readonly { readonly action: string; readonly resource?: string }[] = [
  ...[
    'ssm:SendCommand',
    'ssm:ListCommandInvocations',
    'ssm:ListCommands',
    'ssm:CancelCommand',
    'ssm:DescribeInstanceInformation',
    'ssm:DescribeDocument',
    'ssm:GetDocument',
    'sns:Publish',
    'cloudwatch:DescribeAlarms',
    'cloudwatch:GetMetricData',
    'cloudwatch:PutMetricData',
    'appconfig:CreateHostedConfigurationVersion',
    'appconfig:GetDeployment',
    'appconfig:GetHostedConfigurationVersion',
    'appconfig:ListDeployments',
    'appconfig:ListHostedConfigurationVersions',
    'appconfig:StartDeployment',
    's3:PutObject',
    'ec2:DescribeInstances',
    'states:DescribeExecution',
    'states:SendTaskSuccess',
    'states:StartExecution',
  ].map((action) => ({ action })),
  ...['PutItem', 'GetItem', 'Query', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'].flatMap((name) =>
    ['-state', '-history'].map((resource) => ({ action: `dynamodb:${name}`, resource })),
  ),
  { action: 'dynamodb:TransactWriteItems', resource: '-history' },
];
