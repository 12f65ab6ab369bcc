import { describe, expect, test } from 'vitest';
import { errorsAlarm, MeteredAccount } from './metered-account.ts';

/** An account with one alarm. */
function account(properties: Record<string, unknown> = {}) {
  const made = new MeteredAccount();
  made.make({ ...errorsAlarm, ...properties });
  return made;
}

describe('a new alarm', () => {
  test('is INSUFFICIENT_DATA', () => {
    expect(account().alarm().state).toMatchObject({
      value: 'INSUFFICIENT_DATA',
      reason: 'Unchecked: Initial alarm creation',
    });
  });

  test('becomes OK after the first minute with data', async () => {
    const made = account();
    made.put(0);
    await made.until(300);
    expect(made.changes()[0]).toBe('OK at 61');
  });

  test('stays INSUFFICIENT_DATA while nothing is published', async () => {
    const made = account();
    await made.until(3600);
    expect(made.changes()).toEqual([]);
  });
});

describe('an alarm with a period of one minute', () => {
  test('enters ALARM one second after the minute in which a breach was published', async () => {
    const made = account();
    await made.until(130);
    made.put(7);
    await made.until(200);
    expect(made.changes()).toEqual(['ALARM at 181']);
  });

  test('evaluates a value published in the last millisecond of a minute', async () => {
    const made = account();
    await made.until(59.999);
    made.put(7);
    await made.until(62);
    expect(made.changes()).toEqual(['ALARM at 61']);
  });

  test('counts a late datum in the minute of its timestamp', async () => {
    const made = account();
    await made.until(70);
    made.put(7, { Timestamp: Date.parse('2026-03-02T09:00:30Z') / 1000 });
    await made.until(122);
    expect(made.alarm().state.reasonData).toContain('"startDate":"2026-03-02T09:00:00.000+0000"');
  });

  test('enters INSUFFICIENT_DATA after three minutes without data', async () => {
    const made = account();
    made.put(0);
    await made.until(600);
    expect(made.changes()).toEqual(['OK at 61', 'INSUFFICIENT_DATA at 241']);
  });

  test('enters ALARM after creation and without data if missing data are breaching', async () => {
    const made = account({ TreatMissingData: 'breaching' });
    made.put(0);
    await made.until(600);
    expect(made.changes()).toEqual(['ALARM at 1', 'OK at 61', 'ALARM at 241']);
  });

  test('stays in ALARM without data if missing data are ignored', async () => {
    const made = account({ TreatMissingData: 'ignore' });
    made.put(1);
    await made.until(3600);
    expect(made.changes()).toEqual(['ALARM at 61']);
  });

  test('ignores missing data of a DynamoDB metric, whatever TreatMissingData is', async () => {
    const made = account({ Namespace: 'AWS/DynamoDB', TreatMissingData: 'breaching' });
    made.cloudwatch.putVended('AWS/DynamoDB', 'errors', {}, 0);
    await made.until(3600);
    expect(made.changes()).toEqual(['OK at 61']);
  });
});

describe('an alarm with a period of five minutes', () => {
  test('evaluates the last five minutes every minute', async () => {
    const made = account({ Period: 300, Statistic: 'Sum', Threshold: 2 });
    for (const second of [30, 90, 150]) {
      await made.until(second);
      made.put(1);
    }
    await made.until(900);
    expect(made.changes().slice(0, 3)).toEqual(['OK at 61', 'ALARM at 181', 'OK at 361']);
  });
});

describe('an alarm with a period of 10 seconds', () => {
  const fast = { Period: 10, TreatMissingData: 'notBreaching' };

  test('is evaluated every 10 seconds', async () => {
    const made = account(fast);
    await made.until(14);
    made.put(7, { StorageResolution: 1 });
    await made.until(40);
    expect(made.changes()).toEqual(['OK at 1', 'ALARM at 21']);
  });

  test('finds data of standard resolution only in the first period of a minute', async () => {
    const made = account({ Period: 10 });
    for (let second = 0; second < 180; second += 10) {
      await made.until(second);
      made.put(0);
    }
    expect(made.changes()).toEqual([
      'OK at 11',
      'INSUFFICIENT_DATA at 41',
      'OK at 71',
      'INSUFFICIENT_DATA at 101',
      'OK at 131',
      'INSUFFICIENT_DATA at 161',
    ]);
  });
});

describe('the comparison', () => {
  test.each([
    ['GreaterThanThreshold', 5, 'OK'],
    ['GreaterThanThreshold', 6, 'ALARM'],
    ['GreaterThanOrEqualToThreshold', 5, 'ALARM'],
    ['GreaterThanOrEqualToThreshold', 4, 'OK'],
    ['LessThanThreshold', 5, 'OK'],
    ['LessThanThreshold', 4, 'ALARM'],
    ['LessThanOrEqualToThreshold', 5, 'ALARM'],
    ['LessThanOrEqualToThreshold', 6, 'OK'],
  ])('%s 5 with the value %i: %s', async (ComparisonOperator, value, expected) => {
    const made = account({ ComparisonOperator, Threshold: 5 });
    made.put(value);
    await made.until(62);
    expect(made.alarm().state.value).toBe(expected);
  });
});

describe('the statistic', () => {
  test.each([
    ['SampleCount', 3],
    ['Average', 3],
    ['Sum', 9],
    ['Minimum', 1],
    ['Maximum', 6],
  ])('%s of 1, 2 and 6 is %i', async (Statistic, expected) => {
    const made = account({ Statistic });
    for (const value of [1, 2, 6]) made.put(value);
    await made.until(62);
    expect(JSON.parse(made.alarm().state.reasonData ?? '{}').recentDatapoints).toEqual([expected]);
  });
});

describe('an alarm on an expression', () => {
  const metric = (Id: string, MetricName: string) => ({
    Id,
    ReturnData: false,
    MetricStat: { Metric: { Namespace: 'Trading', MetricName }, Period: 60, Stat: 'Sum' },
  });
  const percent = {
    AlarmName: 'errors',
    Metrics: [{ Id: 'e1', Expression: 'm1 / m2 * 100' }, metric('m1', 'errors'), metric('m2', 'requests')],
    EvaluationPeriods: 1,
    Threshold: 5,
    ComparisonOperator: 'GreaterThanThreshold',
  };

  test('is judged by the value of the expression', async () => {
    const made = new MeteredAccount();
    made.make(percent);
    made.put(6);
    made.put(100, { MetricName: 'requests' });
    await made.until(62);
    expect(made.changes()).toEqual(['ALARM at 61']);
  });

  test('has no datapoint if one of its metrics has none or if it divides by zero', async () => {
    const made = new MeteredAccount();
    made.make(percent);
    made.put(6);
    await made.until(60);
    made.put(6);
    made.put(0, { MetricName: 'requests' });
    await made.until(300);
    expect(made.changes()).toEqual([]);
  });
});

describe('a composite alarm', () => {
  const both = { AlarmName: 'both', AlarmRule: 'ALARM("errors") AND NOT OK(latency)' };
  const withBoth = () => {
    const made = account();
    made.make({ ...errorsAlarm, AlarmName: 'latency', MetricName: 'latency' });
    made.make(both, 'AWS::CloudWatch::CompositeAlarm');
    return made;
  };

  test('is evaluated when it is created', () => {
    const arn = 'arn:aws:cloudwatch:eu-west-1:000000000000:alarm:both';
    expect(withBoth().alarm('both').state).toMatchObject({
      value: 'OK',
      reason: `${arn} was created and its alarm rule evaluates to OK`,
    });
  });

  test('changes in the same instant as its children', async () => {
    const made = withBoth();
    made.put(1);
    await made.until(62);
    made.put(0, { MetricName: 'latency' });
    await made.until(130);
    expect(made.changes('both')).toEqual(['OK at 0', 'ALARM at 61', 'OK at 121']);
    expect(made.alarm('both').transitions[1]?.to).toMatchObject({
      reason:
        'arn:aws:cloudwatch:eu-west-1:000000000000:alarm:errors transitioned to ALARM at ' +
        'Monday 02 March, 2026 09:01:01 UTC',
      reasonData:
        '{"triggeringAlarms":[{"arn":"arn:aws:cloudwatch:eu-west-1:000000000000:alarm:errors",' +
        '"state":{"value":"ALARM","timestamp":"2026-03-02T09:01:01.000+0000"}}]}',
    });
  });
});

test('30 alarms with a period of 10 seconds use less than one CPU second for six hours', async () => {
  const made = new MeteredAccount();
  for (let index = 0; index < 30; index++)
    made.make({ ...errorsAlarm, AlarmName: `errors-${index}`, Period: 10, EvaluationPeriods: 3 });
  const began = process.threadCpuUsage();
  for (let second = 0; second < 6 * 3600; second += 10) {
    await made.until(second);
    made.put(0, { StorageResolution: 1 });
  }
  expect(process.threadCpuUsage(began).user / 1000).toBeLessThan(1000);
});

test('a closed CloudWatch evaluates no more alarms', async () => {
  const made = account();
  made.put(1);
  made.cloudwatch.close();
  await made.until(600);
  expect(made.changes()).toEqual([]);
});
