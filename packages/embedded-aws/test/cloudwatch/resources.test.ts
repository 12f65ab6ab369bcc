import { describe, expect, test } from 'vitest';
import { errorsAlarm, MeteredAccount } from './metered-account.ts';

const make = (properties: Record<string, unknown>) => new MeteredAccount().make({ ...errorsAlarm, ...properties });

describe('AWS::CloudWatch::Alarm', () => {
  test('returns its name as Ref and its ARN as Arn', () => {
    expect(make({})).toEqual({
      ref: 'errors',
      attributes: { Arn: 'arn:aws:cloudwatch:eu-west-1:000000000000:alarm:errors' },
    });
  });

  test('without a name gets a name from CloudFormation', () => {
    const { AlarmName, ...nameless } = errorsAlarm;
    expect(new MeteredAccount().make(nameless)).toMatchObject({
      ref: expect.stringMatching(/^Monitoring-Errors-[0-9A-Z]{12}$/),
    });
  });

  test.each([
    [{ ExtendedStatistic: 'p99' }, 'ExtendedStatistic'],
    [{ Unit: 'Count' }, 'Unit'],
    [{ ComparisonOperator: 'GreaterThanUpperThreshold' }, 'ComparisonOperator'],
    [{ Period: 45 }, 'Period must be 10, 20, 30 or a multiple of 60, got 45'],
    [{ Statistic: undefined }, 'all of Namespace, MetricName, Period and Statistic'],
    [{ DatapointsToAlarm: 2 }, 'DatapointsToAlarm is 2, more than EvaluationPeriods (1)'],
    [{ EvaluationPeriods: 1441 }, 'at most 86400 s, got 86460 s'],
    [{ Metrics: [{ Id: 'e1', Expression: 'FILL(m1, 0)', Period: 60 }] }, 'FILL'],
    [{ Metrics: [{ Id: 'e1', Expression: 'e2', Period: 60 }] }, 'no query e2'],
  ])('%j is refused: %s', (properties, reason) => {
    expect(() => make(properties)).toThrow(reason);
  });
});

describe('AWS::CloudWatch::CompositeAlarm', () => {
  const composite = 'AWS::CloudWatch::CompositeAlarm';

  test('is refused if it names an alarm that does not exist', () => {
    expect(() => new MeteredAccount().make({ AlarmName: 'all', AlarmRule: 'ALARM(errors)' }, composite)).toThrow(
      'There is no alarm errors.',
    );
  });

  test('with a suppressor is refused', () => {
    const properties = { AlarmName: 'all', AlarmRule: 'TRUE', ActionsSuppressor: 'errors' };
    expect(() => new MeteredAccount().make(properties, composite)).toThrow('ActionsSuppressor');
  });
});
