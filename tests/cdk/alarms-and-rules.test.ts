import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readTriggers } from '../../config/infra.ts';
import { parseAlarmName } from '../../domain/alarm/alarm-name.ts';
import { settingsFrom } from '../../lambdas/wiring/settings.ts';
import { localStack, synthesize } from './synthesized.ts';

const stack = await localStack();

type Properties = Readonly<Record<string, unknown>>;
const properties = (type: string): Properties[] => stack.ofType(type).map(({ Properties }) => Properties);
const alarms = () => properties('AWS::CloudWatch::Alarm');
const ofPhases = () => alarms().filter(({ AlarmName }) => parseAlarmName(String(AlarmName)));

type Variables = Readonly<Record<'BLIND_TRIGGERS' | 'TEMPLATES', string>>;

describe("a phase's alarms", () => {
  test('are the alarms of triggers.yaml, with metric, statistic, threshold, datapoints and treatment of missing data', () => {
    const shown = ofPhases().map((alarm) =>
      [
        String(alarm['AlarmName']).replace('rollback-local-phase-', ''),
        alarm['Statistic'],
        alarm['MetricName'],
        alarm['ComparisonOperator'],
        alarm['Threshold'],
        `${alarm['DatapointsToAlarm']} of ${alarm['EvaluationPeriods']} x ${alarm['Period']} s`,
        alarm['TreatMissingData'],
      ].join(' '),
    );
    const ofEach = [
      'system_failure Maximum SystemFailures GreaterThanOrEqualToThreshold 1 2 of 3 x 10 s breaching',
      'data_corruption Maximum DataIntegrityErrors GreaterThanOrEqualToThreshold 1 1 of 1 x 10 s notBreaching',
      'performance_degradation-latency-crisis Maximum LatencyMs GreaterThanThreshold 500 2 of 3 x 10 s missing',
      'performance_degradation-accuracy-crisis Minimum Accuracy LessThanThreshold 50 2 of 3 x 10 s missing',
      'performance_degradation-degradation Maximum PerformanceDegradationPercent GreaterThanOrEqualToThreshold 10 2 of 3 x 60 s missing',
      'security_issue Maximum SecurityIncidents GreaterThanOrEqualToThreshold 1 1 of 1 x 10 s notBreaching',
      'cost_explosion Maximum CostPercentOfBudget GreaterThanThreshold 200 1 of 1 x 60 s missing',
      'cascade_failure Maximum DownstreamErrors GreaterThanOrEqualToThreshold 1 2 of 3 x 10 s notBreaching',
    ];
    expect(shown).toEqual([1, 2, 3, 4].flatMap((phase) => ofEach.map((alarm) => `${phase}-${alarm}`)));
  });

  test('name the phase whose metrics they watch', () => {
    for (const { AlarmName, Dimensions, Namespace } of ofPhases()) {
      const phase = String(parseAlarmName(String(AlarmName))?.phase);
      expect(Dimensions).toEqual([{ Name: 'phase', Value: phase }]);
      expect(Namespace).toBe('Rollback/Trading');
    }
  });

  test('watch metrics that the hosts publish', () => {
    const system = new URL('../../rehearsals/host-images/trading/lib/trading_system/', import.meta.url);
    const published = readdirSync(system)
      .filter((file) => file.endsWith('.py'))
      .map((file) => readFileSync(new URL(file, system), 'utf8'))
      .join('');
    for (const { MetricName } of ofPhases()) expect(published).toMatch(new RegExp(`['"]${MetricName}['"]`));
  });

  test('have no actions: only their events start a rollback', () => {
    for (const alarm of ofPhases()) expect(alarm).not.toHaveProperty('AlarmActions');
  });
});

describe('a rule', () => {
  const rule = (name: string) =>
    properties('AWS::Events::Rule').find(({ Name }) => Name === `rollback-local-${name}`) ?? {};
  const pattern = (prefix: string, state: string) => ({
    source: ['aws.cloudwatch'],
    'detail-type': ['CloudWatch Alarm State Change'],
    detail: { alarmName: [{ prefix }], state: { value: [state] } },
  });
  const target = (name: string) => (rule(name)['Targets'] as Properties[])[0] ?? {};

  test('there are two rules per phase, red and blind, those of checks, comparisons, repairs and the archive, one for starts of machines, one for failures, the measure of times, those of follow-ups, that of transitions, and that of halts that nobody recorded', () => {
    expect(properties('AWS::Events::Rule').map(({ Name }) => Name)).toEqual([
      'rollback-local-untold-halts',
      ...[1, 2, 3, 4].flatMap((phase) => [`rollback-local-phase-${phase}-red`, `rollback-local-phase-${phase}-blind`]),
      'rollback-local-breaker-order_gateway',
      'rollback-local-every-minute',
      'rollback-local-every-quarter-hour',
      'rollback-local-every-two-minutes',
      'rollback-local-every-five-minutes',
      'rollback-local-every-deployment',
      'rollback-local-readiness-daily',
      'rollback-local-readiness-light',
      'rollback-local-readiness-prepared',
      'rollback-local-started',
      'rollback-local-failed',
      'rollback-local-every-six-hours',
      'rollback-local-ended',
      'rollback-local-every-hour',
      'rollback-local-every-quarter',
      'rollback-local-transitions',
    ]);
  });

  test("starts a phase's machine when one of its alarms turns red", () => {
    expect(rule('phase-1-red')['EventPattern']).toEqual(pattern('rollback-local-phase-1-', 'ALARM'));
    expect(stack.shown(target('phase-1-red')['Arn'])).toBe('rollback-local-phase-1');
  });

  test('opens a circuit breaker by the machine that sets flags, in the name of the alarm', () => {
    const { Arn, InputTransformer } = target('breaker-order_gateway') as Properties & { Arn: unknown };
    expect(stack.shown(Arn)).toBe('rollback-local-change-flag');
    expect((InputTransformer as Properties)['InputTemplate']).toBe(
      '{"flag":"order_gateway","value":"open","operator":"alarm rollback-local-breaker-order_gateway","reason":"The alarm turned red at <time>."}',
    );
  });

  test('starts it for missing data only if triggers.yaml says so', () => {
    expect(readTriggers().triggers.system_failure.when_blind).toBe('rollback');
    expect(rule('phase-1-blind')['EventPattern']).toEqual(
      pattern('rollback-local-phase-1-system_failure', 'INSUFFICIENT_DATA'),
    );
  });

  test('passes the unchanged event', () => {
    for (const name of ['phase-1-red', 'phase-1-blind'])
      for (const key of ['Input', 'InputPath', 'InputTransformer']) expect(target(name)).not.toHaveProperty(key);
  });

  test.each(['phase-1-red', 'phase-1-blind'])(
    '%s gives up after five minutes, because a later rollback might hit a healthy system',
    (name) => {
      expect(target(name)['RetryPolicy']).toMatchObject({ MaximumEventAgeInSeconds: 300 });
    },
  );

  test.each([
    ['phase-1-red', 'dead-letters'],
    ['phase-1-blind', 'dead-letters'],
    ['every-minute', 'reconcile-dead-letters'],
    ['every-five-minutes', 'reconcile-dead-letters'],
    ['every-deployment', 'reconcile-dead-letters'],
    ['every-hour', 'reconcile-dead-letters'],
    ['ended', 'reconcile-dead-letters'],
    ['failed', 'reconcile-dead-letters'],
    ['readiness-daily', 'reconcile-dead-letters'],
  ])('%s sends undelivered events to %s', (name, queue) => {
    const { Arn } = target(name)['DeadLetterConfig'] as Properties;
    expect(stack.shown(Arn)).toBe(`rollback-local-${queue}`);
  });

  test('may only start its own machine', () => {
    const role = (target('phase-1-red')['RoleArn'] as { 'Fn::GetAtt': string[] })['Fn::GetAtt'][0];
    const policies = properties('AWS::IAM::Policy').filter(({ Roles }) => JSON.stringify(Roles).includes(`"${role}"`));
    const statements = policies.flatMap(
      ({ PolicyDocument }) => (PolicyDocument as { Statement: Properties[] }).Statement,
    );
    const allowed = statements.filter(({ Effect }) => Effect === 'Allow');
    expect(allowed.map(({ Action, Resource }) => `${Action} on ${stack.shown(Resource)}`)).toEqual([
      'states:StartExecution on rollback-local-phase-1',
    ]);
  });
});

describe('the check of documents', () => {
  const rules = () =>
    properties('AWS::Events::Rule').filter(({ Targets }) =>
      (Targets as Properties[]).some(({ Arn }) => stack.shown(Arn) === 'rollback-local-check-documents'),
    );

  test('runs every five minutes, and after each deployment of the stack', () => {
    expect(rules()).toMatchObject([
      { ScheduleExpression: 'rate(5 minutes)' },
      {
        EventPattern: {
          source: ['aws.cloudformation'],
          'detail-type': ['CloudFormation Stack Status Change'],
          detail: { 'status-details': { status: ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'] } },
        },
      },
    ]);
  });
});

describe('the count of failures', () => {
  test('is told of every execution of the environment that ends FAILED or ABORTED, and of no other', () => {
    const rules = properties('AWS::Events::Rule').filter(({ Name }) => Name === 'rollback-local-failed');
    expect(rules).toHaveLength(1);
    const pattern = rules[0]?.['EventPattern'] as {
      detail: { status: string[]; stateMachineArn: { prefix: unknown }[] };
    };
    expect(pattern).toMatchObject({
      source: ['aws.states'],
      'detail-type': ['Step Functions Execution Status Change'],
      detail: { status: ['FAILED', 'ABORTED'] },
    });
    expect(pattern.detail.stateMachineArn.map(({ prefix }) => stack.shown(prefix))).toEqual([
      'arn:aws:states:us-east-1:000000000000:stateMachine:rollback-local-',
    ]);
  });
});

describe('Reconcile', () => {
  test('runs every minute', () => {
    const rules = properties('AWS::Events::Rule').filter(({ Name }) => Name === 'rollback-local-every-minute');
    expect(rules).toMatchObject([{ Name: 'rollback-local-every-minute', ScheduleExpression: 'rate(1 minute)' }]);
    const targets = rules.flatMap(({ Targets }) => Targets as Properties[]);
    expect(targets.map(({ Arn }) => stack.shown(Arn))).toEqual([
      'rollback-local-reconcile',
      'rollback-local-seed-flags',
      'rollback-local-export-history',
    ]);
  });

  test('is the only function limited to one invocation at a time', () => {
    const reserved = properties('AWS::Lambda::Function').filter((one) => 'ReservedConcurrentExecutions' in one);
    expect(reserved).toMatchObject([{ FunctionName: 'rollback-local-reconcile', ReservedConcurrentExecutions: 1 }]);
  });

  const reconcile = () =>
    properties('AWS::Lambda::Function').filter(({ FunctionName }) => FunctionName === 'rollback-local-reconcile');

  test('is not retried, because the next run does the same; failures go to its dead letters, with the error', () => {
    const configurations = properties('AWS::Lambda::EventInvokeConfig').filter(
      ({ MaximumRetryAttempts }) => MaximumRetryAttempts === 0,
    );
    expect(configurations.map(({ FunctionName }) => stack.shown(FunctionName)).toSorted()).toEqual([
      'rollback-local-archive-metrics',
      'rollback-local-check-documents',
      'rollback-local-export-history',
      'rollback-local-measure-the-times',
      'rollback-local-publish-transitions',
      'rollback-local-reconcile',
      'rollback-local-record-the-halt',
      'rollback-local-remind-of-tasks',
      'rollback-local-seed-flags',
      'rollback-local-watch-the-fleet',
    ]);
    for (const configuration of configurations) {
      expect(configuration).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
      const { OnFailure } = configuration['DestinationConfig'] as { OnFailure: { Destination: unknown } };
      expect(stack.shown(OnFailure.Destination)).toBe('rollback-local-reconcile-dead-letters');
    }
  });

  test('ends before its next run', () => {
    for (const { Timeout } of reconcile()) expect(Timeout).toBeLessThan(60);
    expect(reconcile()).toHaveLength(1);
  });

  test('gets the triggers that count missing data, and the texts of its messages', () => {
    const [variables] = reconcile().map(({ Environment }) => (Environment as { Variables: Variables }).Variables);
    const settings = settingsFrom(variables ?? {});
    expect(settings('BLIND_TRIGGERS')).toBe('["system_failure"]');
    expect(settings('TEMPLATES')).toMatch(
      /SUBJECT: \[NEEDS A PERSON\].*SUBJECT: \[FLEET HELD\].*SUBJECT: \[REMINDER\]/,
    );
  });
});

describe('the start of a rollback or an answer', () => {
  test('arrives from CloudTrail, for the machines of the phases and the machine decide', () => {
    const rule = properties('AWS::Events::Rule').find(({ Name }) => Name === 'rollback-local-started');
    const machine = 'arn:aws:states:us-east-1:000000000000:stateMachine:rollback-local-';
    const pattern = rule?.['EventPattern'] as { detail: { requestParameters: { stateMachineArn: unknown[] } } };
    expect(pattern).toMatchObject({
      source: ['aws.states'],
      'detail-type': ['AWS API Call via CloudTrail'],
      detail: { eventSource: ['states.amazonaws.com'], eventName: ['StartExecution'] },
    });
    const [prefix, decide] = pattern.detail.requestParameters.stateMachineArn as [{ prefix: unknown }, unknown];
    expect([stack.shown(prefix.prefix), stack.shown(decide)]).toEqual([`${machine}phase-`, `${machine}decide`]);
  });

  test('is tried three times, because CloudTrail may be faster than the execution; failures go to its dead letters', () => {
    const retries = properties('AWS::Lambda::EventInvokeConfig')
      .filter(({ FunctionName }) => stack.shown(FunctionName) === 'rollback-local-attach-principal')
      .map(({ MaximumRetryAttempts, DestinationConfig }) => {
        const { OnFailure } = DestinationConfig as { OnFailure: { Destination: unknown } };
        return [MaximumRetryAttempts, stack.shown(OnFailure.Destination)];
      });
    expect(retries).toEqual([[2, 'rollback-local-principal-dead-letters']]);
  });
});

describe('flags', () => {
  test('are two layers of one application, so that monitors of one cannot revert the other', () => {
    expect(properties('AWS::AppConfig::Environment').map(({ Name }) => Name)).toEqual(['local', 'local-safety']);
    expect(properties('AWS::AppConfig::ConfigurationProfile').map(({ Name }) => Name)).toEqual(['flags', 'overrides']);
    for (const environment of properties('AWS::AppConfig::Environment'))
      expect(environment).not.toHaveProperty('Monitors');
  });

  test('have their ids in the outputs, because the hosts’ instance profile must name them', async () => {
    const { templateFile } = await synthesize();
    const { Outputs } = JSON.parse(readFileSync(templateFile, 'utf8')) as {
      Outputs: Record<string, { Value: object }>;
    };
    const outputs = Object.entries(Outputs).map(([name, { Value }]) => [name, stack.shown(Value)]);
    expect(outputs).toEqual([
      ['FlagsApplication', 'rollback-local'],
      ['FlagsEnvironment', 'local'],
      ['FlagsProfile', 'flags'],
      ['SafetyEnvironment', 'local-safety'],
      ['OverridesProfile', 'overrides'],
    ]);
  });

  test('are overridden at once, without bake time', () => {
    expect(properties('AWS::AppConfig::DeploymentStrategy')).toMatchObject([
      { DeploymentDurationInMinutes: 0, FinalBakeTimeInMinutes: 0, GrowthFactor: 100 },
      { Name: 'rollback-local-linear', DeploymentDurationInMinutes: 10, FinalBakeTimeInMinutes: 5, GrowthFactor: 20 },
      { Name: 'rollback-local-canary', GrowthType: 'EXPONENTIAL', GrowthFactor: 10, FinalBakeTimeInMinutes: 10 },
    ]);
  });

  test('have no values in the template, because a deployment of the product must not revert an override', () => {
    expect(stack.ofType('AWS::AppConfig::HostedConfigurationVersion')).toEqual([]);
    expect(stack.ofType('AWS::AppConfig::Deployment')).toEqual([]);
  });
});

describe('the product’s own events', () => {
  const patterns = () =>
    properties('AWS::Events::Rule').flatMap(({ Name, EventPattern }) =>
      EventPattern ? [[String(Name), (EventPattern as { source?: readonly string[] }).source ?? []] as const] : [],
    );

  test('start nothing of the product, so they cannot go round in circles: every rule takes AWS’s own events only', () => {
    expect(patterns().length).toBeGreaterThan(5);
    for (const [name, sources] of patterns())
      expect([name, sources.length > 0 && sources.every((one) => one.startsWith('aws.'))]).toEqual([name, true]);
  });
});
