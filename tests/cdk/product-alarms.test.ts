import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseAlarmName } from '../../domain/alarm/alarm-name.ts';
import { localStack } from './synthesized.ts';

const stack = await localStack();

type Alarm = Readonly<Record<string, unknown>> & {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: unknown }[];
};
const alarms = () =>
  stack
    .ofType('AWS::CloudWatch::Alarm')
    .map(({ Properties }) => Properties as Alarm)
    .filter(({ AlarmName }) => !parseAlarmName(AlarmName));
const headingOf = ({ AlarmDescription }: Alarm) => AlarmDescription.replace('Runbook: docs/runbook.md#', '');

/**
 * The metrics that the services publish, and their dimensions. An alarm on any other metric could never turn red.
 *
 * AWS/States: Step Functions guide, "Monitoring with CloudWatch"; AWS/Lambda: Lambda guide, "Types of metrics"; AWS/SQS:
 * SQS guide, "Available CloudWatch metrics"; AWS/Events: EventBridge guide, "EventBridge metrics"; AWS/SNS: SNS guide, "Monitoring topics using CloudWatch".
 */
const published: Readonly<Record<string, { readonly dimension: string; readonly metrics: readonly string[] }>> = {
  'AWS/States': {
    dimension: 'StateMachineArn',
    metrics: ['ExecutionsTimedOut', 'ExecutionThrottled'],
  },
  'AWS/Lambda': { dimension: 'FunctionName', metrics: ['Invocations', 'Errors', 'Throttles', 'AsyncEventsDropped'] },
  'AWS/SQS': { dimension: 'QueueName', metrics: ['ApproximateNumberOfMessagesVisible'] },
  'AWS/Events': { dimension: 'RuleName', metrics: ['FailedInvocations'] },
  'AWS/SNS': { dimension: 'TopicName', metrics: ['NumberOfNotificationsFailed'] },
  // The customer's hosts publish it per component (infra/flags.yaml).
  'Rollback/Trading': { dimension: 'component', metrics: ['ComponentErrors'] },
  // The product's own metrics, published by lambdas/clients/metric-counter.ts.
  'Rollback/Product': {
    dimension: 'environment',
    metrics: [
      'LimitsMissed',
      'MessagesNotSent',
      'ReviewsOverdue',
      'DrillsFailed',
      'DrillsSlow',
      'DrillsOverdue',
      'DecisionsPassedOver',
      'HistoryExported',
      'MetricsArchived',
      'DocumentsNotReviewed',
      'DeployedDespiteFreeze',
      'NotReady',
      'HostsDiffer',
      'LimitUse',
      'TasksOverdue',
      'Relapses',
      'PagesNotWritten',
      'UnexpectedFailures',
      'ExecutionsStopped',
      'TransitionsPublished',
    ],
  },
};
/** The resources that a dimension may name. */
const named: Readonly<Record<string, string>> = {
  StateMachineArn: 'AWS::StepFunctions::StateMachine',
  FunctionName: 'AWS::Lambda::Function',
  QueueName: 'AWS::SQS::Queue',
  TopicName: 'AWS::SNS::Topic',
  RuleName: 'AWS::Events::Rule',
};
const others: Readonly<Record<string, readonly string[]>> = { environment: ['local'], component: ['order_gateway'] };
const resourcesOf = (dimension: string) => others[dimension] ?? partsOf(dimension);
const partsOf = (dimension: string) =>
  stack
    .ofType(named[dimension] ?? '')
    .flatMap(({ id }) => [stack.shown({ Ref: id }), stack.shown({ 'Fn::GetAtt': [id, 'Arn'] })]);

describe('alarms on the product itself', () => {
  test('watch metrics that the service publishes, with its dimension, for a resource of the stack', () => {
    for (const alarm of alarms()) {
      const { dimension, metrics } = published[alarm.Namespace] ?? { dimension: 'none', metrics: [] };
      expect([alarm.AlarmName, metrics]).toEqual([alarm.AlarmName, expect.arrayContaining([alarm.MetricName])]);
      const ofMachines = ['UnexpectedFailures', 'ExecutionsStopped'].includes(alarm.MetricName) ? ['machine'] : [];
      expect(alarm.Dimensions.map(({ Name }) => Name)).toEqual([dimension, ...ofMachines]);
      expect(resourcesOf(dimension)).toContain(stack.shown(alarm.Dimensions[0]?.Value));
    }
  });

  test('notify the operators, with a heading of docs/runbook.md', () => {
    const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
    const headings = [...runbook.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    for (const alarm of alarms()) {
      expect((alarm['AlarmActions'] as unknown[]).map(stack.shown)).toEqual(['rollback-local-operators']);
      expect(headings).toContain(headingOf(alarm));
      expect(alarm.AlarmName).toMatch(new RegExp(`^rollback-local-${headingOf(alarm)}(-[a-z0-9_-]+)?$`));
    }
  });

  test('never start a rollback, because no rule matches their names', () => {
    for (const { AlarmName } of alarms()) expect(AlarmName).not.toMatch(/^rollback-local-phase-/);
  });

  test('are these, and most turn red at the first datapoint', () => {
    const shown = alarms().map((alarm) =>
      [
        alarm.AlarmName.replace('rollback-local-', ''),
        alarm.MetricName,
        `${alarm['ComparisonOperator']} ${alarm['Threshold']}`.replace('GreaterThanOrEqualToThreshold', '>='),
        `${alarm['EvaluationPeriods']} x ${alarm['Period']} s`,
        alarm['TreatMissingData'],
      ].join(', '),
    );
    const each = (names: readonly string[], heading: string, metric: string) =>
      names.map((name) => `${heading}-${name}, ${metric}, >= 1, 1 x 60 s, notBreaching`);
    const functions = stack.ofType('AWS::Lambda::Function').map(({ id }) => stack.shown({ Ref: id }));
    const expected = [
      'dead-letters, ApproximateNumberOfMessagesVisible, >= 1, 1 x 60 s, notBreaching',
      'principal-dead-letters, ApproximateNumberOfMessagesVisible, >= 1, 1 x 60 s, notBreaching',
      'reconcile-dead-letters, ApproximateNumberOfMessagesVisible, >= 3, 1 x 60 s, notBreaching',
      ...[1, 2, 3, 4].flatMap((phase) =>
        each([`phase-${phase}-red`, `phase-${phase}-blind`], 'dead-letters', 'FailedInvocations'),
      ),
      'principal-dead-letters-started, FailedInvocations, >= 1, 1 x 60 s, notBreaching',
      'principal-dead-letters-attach-principal, AsyncEventsDropped, >= 1, 1 x 60 s, notBreaching',
      'reconcile-dead-letters-every-minute, FailedInvocations, >= 1, 3 x 60 s, notBreaching',
      'reconcile-dead-letters-seed-flags, Errors, >= 1, 3 x 60 s, notBreaching',
      ...[
        'annotate',
        'brakes',
        'change-flag',
        'change-task',
        'check-readiness',
        'confirm-contacts',
        'decide',
        'follow-up',
        'look',
        'phase-1',
        'phase-2',
        'phase-3',
        'phase-4',
        'phase-roll-back-to-before',
        'prepare-deployment',
        'record-deployment',
        'release',
        'resume',
        'review',
        'halt',
      ].flatMap((machine) => [
        ...each([machine], 'execution-failed', 'UnexpectedFailures'),
        ...each([machine], 'execution-timed-out', 'ExecutionsTimedOut'),
        ...each([machine], 'execution-aborted', 'ExecutionsStopped'),
        ...each([machine], 'execution-throttled', 'ExecutionThrottled'),
      ]),
      'execution-failed-not-delivered, FailedInvocations, >= 1, 1 x 60 s, notBreaching',
      'execution-failed-count-failures, AsyncEventsDropped, >= 1, 1 x 60 s, notBreaching',
      ...each(
        functions.map((name) => name.replace('rollback-local-', '')),
        'function-throttled',
        'Throttles',
      ),
      'message-not-sent, Errors, >= 1, 1 x 60 s, notBreaching',
      'message-not-delivered, NumberOfNotificationsFailed, >= 1, 1 x 300 s, notBreaching',
      'reconcile-silent, Invocations, LessThanThreshold 1, 3 x 60 s, missing',
      'reconcile-failing, Errors, >= 1, 3 x 60 s, notBreaching',
      'limit-missed, LimitsMissed, >= 1, 1 x 60 s, notBreaching',
      'question-not-sent, MessagesNotSent, >= 1, 1 x 60 s, notBreaching',
      'review-overdue, ReviewsOverdue, >= 1, 1 x 60 s, notBreaching',
      'drills-failed, DrillsFailed, >= 1, 1 x 60 s, notBreaching',
      'drill-slow, DrillsSlow, >= 1, 1 x 60 s, notBreaching',
      'drill-overdue, DrillsOverdue, >= 1, 1 x 60 s, notBreaching',
      'decision-passed-over, DecisionsPassedOver, >= 1, 1 x 60 s, notBreaching',
      'deployed-despite-freeze, DeployedDespiteFreeze, >= 1, 1 x 60 s, notBreaching',
      'history-not-exported, HistoryExported, LessThanThreshold 1, 15 x 60 s, missing',
      'transitions-not-published, TransitionsPublished, LessThanThreshold 1, 15 x 60 s, missing',
      'metrics-not-archived, MetricsArchived, LessThanThreshold 1, 3 x 900 s, missing',
      'document-not-reviewed, DocumentsNotReviewed, >= 1, 1 x 600 s, notBreaching',
      'document-not-reviewed-check-documents, Errors, >= 2, 1 x 600 s, notBreaching',
      'host-differs, HostsDiffer, >= 1, 1 x 300 s, notBreaching',
      'host-differs-not-compared, Invocations, LessThanThreshold 1, 3 x 300 s, missing',
      'page-not-written, PagesNotWritten, >= 1, 1 x 60 s, notBreaching',
      'page-not-written-write-page, Errors, >= 1, 1 x 60 s, notBreaching',
      'p95-outside-limit, LimitUse, >= 100, 1 x 43200 s, notBreaching',
      'p95-outside-limit-not-measured, LimitUse, LessThanThreshold 1, 2 x 43200 s, missing',
      'not-ready, NotReady, >= 1, 1 x 3600 s, notBreaching',
      'breaker-order_gateway, ComponentErrors, >= 5, 3 x 10 s, notBreaching',
      'dead-letters-breaker-order_gateway, FailedInvocations, >= 1, 1 x 60 s, notBreaching',
      'not-ready-not-checked, Invocations, LessThanThreshold 1, 2 x 3600 s, missing',
      'follow-up-failed-not-begun, FailedInvocations, >= 1, 1 x 60 s, notBreaching',
      'relapse, Relapses, >= 1, 1 x 300 s, notBreaching',
      'task-overdue, TasksOverdue, >= 1, 1 x 3600 s, notBreaching',
      'task-overdue-not-looked, Invocations, LessThanThreshold 1, 2 x 3600 s, missing',
      'task-overdue-not-told, Errors, >= 1, 2 x 3600 s, notBreaching',
    ];
    expect(shown.toSorted()).toEqual(expected.toSorted());
  });

  test('watch errors of functions that fail for good, silence and errors of Reconcile and of reminders, and silence of readiness and of the comparison', () => {
    const watched = alarms()
      .filter(({ Namespace, MetricName }) => Namespace === 'AWS/Lambda' && MetricName !== 'Throttles')
      .map((alarm) => [headingOf(alarm), stack.shown(alarm.Dimensions[0]?.Value)]);
    expect(watched).toEqual([
      ['page-not-written', 'rollback-local-write-page'],
      ['principal-dead-letters', 'rollback-local-attach-principal'],
      ['reconcile-dead-letters', 'rollback-local-seed-flags'],
      ['execution-failed', 'rollback-local-count-failures'],
      ['message-not-sent', 'rollback-local-send-message'],
      ['reconcile-silent', 'rollback-local-reconcile'],
      ['reconcile-failing', 'rollback-local-reconcile'],
      ['document-not-reviewed', 'rollback-local-check-documents'],
      ['not-ready', 'rollback-local-check-readiness'],
      ['host-differs', 'rollback-local-watch-the-fleet'],
      ['task-overdue', 'rollback-local-remind-of-tasks'],
      ['task-overdue', 'rollback-local-remind-of-tasks'],
    ]);
  });

  test('only the alarms on silence alert on missing data, so no alarm does in the first minute of a new account', () => {
    const onMissingData = alarms().flatMap((alarm) =>
      ((alarm['InsufficientDataActions'] ?? []) as unknown[]).map((action) => [headingOf(alarm), stack.shown(action)]),
    );
    expect(onMissingData).toEqual([
      ['reconcile-silent', 'rollback-local-operators'],
      ['history-not-exported', 'rollback-local-operators'],
      ['metrics-not-archived', 'rollback-local-operators'],
      ['not-ready', 'rollback-local-operators'],
      ['host-differs', 'rollback-local-operators'],
      ['p95-outside-limit', 'rollback-local-operators'],
      ['task-overdue', 'rollback-local-operators'],
      ['transitions-not-published', 'rollback-local-operators'],
    ]);
  });
});
