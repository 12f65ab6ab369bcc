import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { narrow } from '../../cdk/several-phases.ts';
import { renderedFile } from '../../statemachines/state-machines.ts';
import { type Resource, synthesize } from './synthesized.ts';

const synthesis = await synthesize();
const stack = synthesis.stack();

const functions = () => stack.ofType('AWS::Lambda::Function');
const machines = () => stack.ofType('AWS::StepFunctions::StateMachine');
/** Returns what a role may do, without the denials. */
const allows = (...owner: Parameters<typeof stack.allowed>) =>
  stack.allowed(...owner).filter((line) => line.startsWith('Allow'));
const names = (resources: readonly Resource[], property: string) =>
  resources.map(({ Properties }) => Properties[property]);

describe('the stack', () => {
  test('is synthesized without AWS credentials or output', () => {
    expect(synthesis).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test('has one machine per runbook, one for several phases, and annotate, brakes, change-flag, check-readiness, change-task, confirm-contacts, decide, follow-up, look, prepare-deployment, record-deployment, release, review, halt and resume', () => {
    expect(names(machines(), 'StateMachineName').toSorted()).toEqual([
      'rollback-local-annotate',
      'rollback-local-brakes',
      'rollback-local-change-flag',
      'rollback-local-change-task',
      'rollback-local-check-readiness',
      'rollback-local-confirm-contacts',
      'rollback-local-decide',
      'rollback-local-follow-up',
      'rollback-local-halt',
      'rollback-local-look',
      'rollback-local-phase-1',
      'rollback-local-phase-2',
      'rollback-local-phase-3',
      'rollback-local-phase-4',
      'rollback-local-phase-roll-back-to-before',
      'rollback-local-prepare-deployment',
      'rollback-local-record-deployment',
      'rollback-local-release',
      'rollback-local-resume',
      'rollback-local-review',
    ]);
  });

  test('has one function per task, attach-principal, the three that run every minute, the archive of metrics, the writer of pages, and the measure of times', () => {
    expect(names(functions(), 'FunctionName')).toEqual([
      'rollback-local-open-rollback',
      'rollback-local-take-the-fleet',
      'rollback-local-run-on-hosts',
      'rollback-local-flip-flag',
      'rollback-local-plan-the-rollback',
      'rollback-local-confirm-recovery',
      'rollback-local-close-rollback',
      'rollback-local-send-message',
      'rollback-local-ask-a-person',
      'rollback-local-read-the-decision',
      'rollback-local-take-the-answer',
      'rollback-local-look-at-hosts',
      'rollback-local-release-the-fleet',
      'rollback-local-record-deployment',
      'rollback-local-prepare-the-hosts',
      'rollback-local-check-readiness',
      'rollback-local-confirm-contacts',
      'rollback-local-annotate-the-rollback',
      'rollback-local-review-the-rollback',
      'rollback-local-set-the-brakes',
      'rollback-local-set-the-flag',
      'rollback-local-attach-principal',
      'rollback-local-check-documents',
      'rollback-local-count-failures',
      'rollback-local-reconcile',
      'rollback-local-seed-flags',
      'rollback-local-export-history',
      'rollback-local-archive-metrics',
      'rollback-local-watch-the-fleet',
      'rollback-local-halt-the-hosts',
      'rollback-local-resume-the-hosts',
      'rollback-local-record-the-halt',
      'rollback-local-write-page',
      'rollback-local-measure-the-times',
      'rollback-local-follow-the-rollback',
      'rollback-local-change-the-task',
      'rollback-local-remind-of-tasks',
      'rollback-local-publish-transitions',
    ]);
  });

  test('has one document per host script, four that look at or prepare hosts, one that holds deployments, two that halt and resume trading, and one by which a person restores from quarantine', () => {
    expect(names(stack.ofType('AWS::SSM::Document'), 'Name').toSorted()).toEqual([
      'rollback-local-call-customer-code',
      'rollback-local-clear-cache',
      'rollback-local-clear-corrupted-cache',
      'rollback-local-clear-state',
      'rollback-local-compare-fleet',
      'rollback-local-disable-components',
      'rollback-local-flag-effective',
      'rollback-local-halt',
      'rollback-local-health',
      'rollback-local-hold',
      'rollback-local-look-at-versions',
      'rollback-local-prepare',
      'rollback-local-ready',
      'rollback-local-reset-configuration',
      'rollback-local-restore',
      'rollback-local-restore-previous-version',
      'rollback-local-resume',
      'rollback-local-resume-operations',
      'rollback-local-run-customer-script',
      'rollback-local-stop-data-ingestion',
      'rollback-local-switch-services',
      'rollback-local-update-profile',
      'rollback-local-verify-rollback',
      'rollback-local-verify-system-health',
      'rollback-local-version-at-target',
    ]);
  });
});

describe('a state machine', () => {
  test('is deployed exactly as rendered', () => {
    for (const { Properties } of machines()) {
      const name = String(Properties['StateMachineName']).replace('rollback-local-', '');
      const rendered = readFileSync(renderedFile(name), 'utf8');
      expect(Properties['DefinitionString']).toBe(name === 'phase-roll-back-to-before' ? narrow(rendered) : rendered);
    }
  });

  test('of several phases has half of the indentation, and is the same otherwise', () => {
    const rendered = readFileSync(renderedFile('phase-roll-back-to-before'), 'utf8');
    expect(JSON.parse(narrow(rendered))).toEqual(JSON.parse(rendered));
    expect(
      narrow(rendered)
        .split('\n')
        .map((line) => line.trim()),
    ).toEqual(rendered.split('\n').map((line) => line.trim()));
    expect(narrow('{\n  "a": {\n    "b": "  c"\n  }\n}')).toBe('{\n "a": {\n  "b": "  c"\n }\n}');
  });

  test('calls published versions, never $LATEST', () => {
    for (const { Properties } of machines()) {
      const called = Object.entries(Properties['DefinitionSubstitutions'] as object).filter(
        ([, value]) => typeof value === 'object',
      );
      expect(called.length).toBeGreaterThan(0);
      for (const [task, value] of called)
        expect([task, stack.shown(value)]).toEqual([task, expect.stringMatching(/:version$/)]);
    }
  });

  test('may invoke only the functions that its definition calls, in every version, because running executions call older ones', () => {
    const invokes = (machine: string) =>
      allows(machine, 'AWS::StepFunctions::StateMachine')
        .filter((line) => !/ (logs|xray):/.test(line))
        .map((line) => line.replace('arn:aws:lambda:us-east-1:000000000000:function:', ''));
    expect(invokes('rollback-local-phase-1')).toEqual([
      'Allow lambda:InvokeFunction on rollback-local-ask-a-person:*',
      'Allow lambda:InvokeFunction on rollback-local-close-rollback:*',
      'Allow lambda:InvokeFunction on rollback-local-confirm-recovery:*',
      'Allow lambda:InvokeFunction on rollback-local-flip-flag:*',
      'Allow lambda:InvokeFunction on rollback-local-open-rollback:*',
      'Allow lambda:InvokeFunction on rollback-local-plan-the-rollback:*',
      'Allow lambda:InvokeFunction on rollback-local-read-the-decision:*',
      'Allow lambda:InvokeFunction on rollback-local-run-on-hosts:*',
      'Allow lambda:InvokeFunction on rollback-local-send-message:*',
      'Allow lambda:InvokeFunction on rollback-local-take-the-fleet:*',
    ]);
    expect(invokes('rollback-local-record-deployment')).toEqual([
      'Allow lambda:InvokeFunction on rollback-local-record-deployment:*',
    ]);
    expect(invokes('rollback-local-decide')).toEqual([
      'Allow lambda:InvokeFunction on rollback-local-take-the-answer:*',
    ]);
    expect(invokes('rollback-local-look')).toEqual(['Allow lambda:InvokeFunction on rollback-local-look-at-hosts:*']);
    expect(invokes('rollback-local-release')).toEqual([
      'Allow lambda:InvokeFunction on rollback-local-release-the-fleet:*',
    ]);
    for (const machine of ['annotate', 'review'])
      expect(invokes(`rollback-local-${machine}`)).toEqual([
        `Allow lambda:InvokeFunction on rollback-local-${machine}-the-rollback:*`,
      ]);
  });

  test('logs every step, with its data unless the data may contain a task token', () => {
    for (const { Properties } of machines())
      expect([Properties['StateMachineName'], Properties['LoggingConfiguration']]).toMatchObject([
        Properties['StateMachineName'],
        { Level: 'ALL', IncludeExecutionData: !/-phase-/.test(String(Properties['StateMachineName'])) },
      ]);
  });

  test('logs below /aws/vendedlogs, so that the policy for log delivery needs only that prefix', () => {
    for (const { Properties } of machines()) {
      const { Destinations } = Properties['LoggingConfiguration'] as {
        Destinations: { CloudWatchLogsLogGroup: { LogGroupArn: unknown } }[];
      };
      expect(Destinations.map(({ CloudWatchLogsLogGroup }) => stack.shown(CloudWatchLogsLogGroup.LogGroupArn))).toEqual(
        [`/aws/vendedlogs/states/${Properties['StateMachineName']}`],
      );
    }
  });

  test('is traced', () => {
    for (const { Properties } of machines()) expect(Properties['TracingConfiguration']).toEqual({ Enabled: true });
  });
});

describe('a function', () => {
  test('runs Node 24 on arm64', () => {
    for (const { Properties } of functions())
      expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], Handler: 'index.handler' });
  });

  test('is traced, and writes to a log group that the stack creates', () => {
    for (const { Properties } of functions()) {
      expect(Properties['TracingConfig']).toEqual({ Mode: 'Active' });
      const { LogGroup } = Properties['LoggingConfig'] as { LogGroup: unknown };
      expect(stack.shown(LogGroup)).toBe(`/aws/lambda/${Properties['FunctionName']}`);
    }
  });

  test('keeps its versions, because a deployment must not delete one that a running rollback calls', () => {
    const versions = stack.ofType('AWS::Lambda::Version');
    expect(versions).toHaveLength(functions().length);
    for (const version of versions)
      expect(version).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
  });

  test('times out before the state that calls it, so that its error arrives', () => {
    const secondsOf = new Map(
      functions().map(({ Properties: { FunctionName, Timeout } }) => [FunctionName, Number(Timeout)]),
    );
    for (const { Properties } of machines()) {
      const { States } = JSON.parse(String(Properties['DefinitionString'])) as {
        States: Record<string, { TimeoutSeconds: number | string; Arguments?: { FunctionName: string } }>;
      };
      const given = Properties['DefinitionSubstitutions'] as Record<string, unknown>;
      for (const { Arguments, TimeoutSeconds } of Object.values(States)) {
        // A task that waits for people times out at their deadline, after at least a minute.
        if (!Arguments || typeof TimeoutSeconds === 'string') continue;
        const called = stack.shown(given[Arguments.FunctionName.slice(2, -1)]).replace(/:version$/, '');
        expect(TimeoutSeconds).toBeGreaterThan(secondsOf.get(called) ?? Number.POSITIVE_INFINITY);
      }
    }
  });
});

test('every log has the retention of the environment, and outlives the stack', () => {
  const logs = stack.ofType('AWS::Logs::LogGroup');
  expect(logs).toHaveLength(functions().length + machines().length);
  for (const log of logs)
    expect(log).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', Properties: { RetentionInDays: 365 } });
});

describe('the tables', () => {
  const tables = () => stack.ofType('AWS::DynamoDB::GlobalTable');

  test('are two, with the keys of domain/tables.ts', () => {
    expect(names(tables(), 'TableName')).toEqual(['rollback-local-state', 'rollback-local-history']);
    for (const { Properties } of tables())
      expect(Properties['KeySchema']).toEqual([
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ]);
  });

  // cdk-nag's AwsSolutions-DDB3 checks only AWS::DynamoDB::Table, and these are global tables.
  test.each(['state', 'history'])(
    '%s has point-in-time recovery and deletion protection, and outlives the stack',
    (name) => {
      const table = tables().find(({ Properties }) => Properties['TableName'] === `rollback-local-${name}`);
      expect(table).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
      expect(table?.Properties['Replicas']).toMatchObject([
        { DeletionProtectionEnabled: true, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } },
      ]);
    },
  );

  test('are encrypted with DynamoDB’s own key, which nobody can disable', () => {
    for (const { Properties } of tables()) expect(Properties['SSESpecification']).toEqual({ SSEEnabled: false });
  });
});

test('a changed document is a new version, because running rollbacks pin the version they froze', () => {
  for (const { Properties } of stack.ofType('AWS::SSM::Document'))
    expect(Properties).toMatchObject({ UpdateMethod: 'NewVersion', DocumentType: 'Command', DocumentFormat: 'JSON' });
});
