import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { sharedAssembly } from '../tests/shared-assembly.ts';
import { idleRequests, resourcesIn } from './standing.ts';
import { embeddedFormat, type Resource, standingCosts, standingFigures } from './standing-costs.ts';

const idle = { dynamodbReads: 0, dynamodbWrites: 0, cloudWatch: 0 };
const phase = (Value: string) => [{ Name: 'phase', Value }];
const alarm = (Properties: object): Resource => ({ Type: 'AWS::CloudWatch::Alarm', Properties: { ...Properties } });
const hostAlarm = (MetricName: string, value: string, Period = 10) =>
  alarm({ Namespace: 'Trading', MetricName, Dimensions: phase(value), Period });
const schedule = (ScheduleExpression: string, targets: number): Resource => ({
  Type: 'AWS::Events::Rule',
  Properties: { ScheduleExpression, Targets: Array.from({ length: targets }, () => ({})) },
});

/** Returns the dollars of the one part whose name begins so. */
const dollars = (resources: readonly Resource[], name: string, hosts = 1) => {
  const found = standingCosts(resources, idle, hosts).filter((part) => part.name.startsWith(name));
  expect(found).toHaveLength(1);
  return Number(found[0]?.dollars.toFixed(4));
};

describe('the standing cost of', () => {
  test('PutMetricData every ten seconds is that of 259,200 requests per host and month', () => {
    expect(dollars([], 'PutMetricData of hosts: 259200 requests')).toBe(2.592);
    expect(dollars([], 'PutMetricData of hosts: 77760000 requests', 300)).toBe(777.6);
  });

  test('an alarm is 0.10 dollars, and 0.30 with a period under a minute', () => {
    expect(dollars([hostAlarm('Gaps', '1', 60)], 'alarms')).toBe(0.1);
    expect(dollars([hostAlarm('Gaps', '1', 10)], 'alarms')).toBe(0.3);
    expect(dollars([{ Type: 'AWS::CloudWatch::CompositeAlarm' }], 'alarms')).toBe(0.5);
  });

  test('an alarm on an expression counts each of its metrics', () => {
    const stat = (MetricName: string) => ({ MetricStat: { Metric: { Namespace: 'Trading', MetricName }, Period: 60 } });
    const ratio = alarm({ Metrics: [stat('Errors'), stat('Orders'), { Expression: 'a / b' }] });
    expect(dollars([ratio], 'alarms')).toBe(0.2);
  });

  test('a custom metric counts once, however many alarms watch it; one of AWS costs nothing', () => {
    const own = [hostAlarm('Gaps', '1'), hostAlarm('Gaps', '1', 60), hostAlarm('Gaps', '2')];
    const aws = alarm({ Namespace: 'AWS/Lambda', MetricName: 'Errors', Period: 60 });
    expect(dollars([...own, aws], 'custom metrics: 2')).toBe(0.6);
  });

  test('three functions every minute is that of 129,600 invocations', () => {
    const name = 'scheduled functions: 129600 invocations of 0.5 s';
    expect(dollars([schedule('rate(1 minute)', 3)], name)).toBe(Number((0.02592 + 0.43200216).toFixed(4)));
    expect(dollars([schedule('rate(1 minute)', 3)], 'their traces')).toBe(0.648);
  });

  test('a key is a dollar, and an agent that polls two layers every 15 s makes 345,600 polls', () => {
    const environment = { Type: 'AWS::AppConfig::Environment' };
    expect(dollars([{ Type: 'AWS::KMS::Key' }], 'keys')).toBe(1);
    expect(dollars([environment, environment], 'AppConfig agents: 345600 polls')).toBe(0.0691);
  });
});

test('a function every five minutes is that of 8,640 invocations', () => {
  expect(dollars([schedule('rate(5 minutes)', 1)], 'their traces: 8640')).toBe(0.0432);
});

test('a machine once a day is that of 30 invocations and 90 state transitions in a month', () => {
  const machine = {
    Type: 'AWS::Events::Rule',
    Properties: { ScheduleExpression: 'rate(1 day)', Targets: [{ RoleArn: 'r' }] },
  };
  expect(dollars([machine], 'scheduled functions: 30 invocations')).toBe(0.0001);
  expect(dollars([machine], 'scheduled machines: 90 state transitions')).toBe(0.0023);
});

test('a schedule that is no rate is an error, so that the sum is never too low', () => {
  expect(() => standingCosts([schedule('cron(0 8 * * ? *)', 1)], idle, 1)).toThrow('cron(0 8 * * ? *) is not counted');
});

describe('the embedded metric format', () => {
  test('has one document per phase, of 26 bytes more than its text', () => {
    const one = embeddedFormat([hostAlarm('Gaps', '1')]).bytes;
    const document =
      '{"_aws":{"Timestamp":1767603600000,"CloudWatchMetrics":[{"Namespace":"Trading","Dimensions":[["phase"]],' +
      '"Metrics":[{"Name":"Gaps","StorageResolution":1}]}]},"phase":"1","Gaps":123.45}';
    expect(one).toBe(document.length + 26);
    expect(embeddedFormat([hostAlarm('Gaps', '1'), hostAlarm('Gaps', '2')]).bytes).toBe(2 * one);
  });

  test('leaves out metrics that hosts do not publish', () => {
    const ofTheProduct = alarm({ Namespace: 'Product', MetricName: 'Failures', Period: 60 });
    expect(embeddedFormat([hostAlarm('Gaps', '1'), ofTheProduct])).toEqual(embeddedFormat([hostAlarm('Gaps', '1')]));
  });

  test('and a collector replace only the requests of hosts', () => {
    const figures = standingFigures([hostAlarm('Gaps', '1')], idle, 300);
    const value = (name: string) => figures.find((one) => one.name.includes(name))?.value ?? Number.NaN;
    const embedded = 300 * embeddedFormat([hostAlarm('Gaps', '1')]).dollars;
    expect(value('embedded metric format')).toBeCloseTo(value('standing cost') - 777.6 + embedded, 1);
    expect(value('collector')).toBeCloseTo(value('standing cost') - 777.6 + 2.592, 1);
  });
});

test('only requests of functions count, per minute', () => {
  const heard = (action: string, caller = 'arn:aws:sts::000000000000:assumed-role/reconcile/reconcile') => ({
    event: 'Requested',
    action,
    caller,
    received: 0,
  });
  expect(
    idleRequests(
      [
        heard('DynamoDB_20120810.Query'),
        heard('DynamoDB_20120810.PutItem'),
        heard('GraniteServiceVersion20100801.DescribeAlarms'),
        heard('GraniteServiceVersion20100801.PutMetricData', 'the hosts'),
      ],
      2,
    ),
  ).toEqual({ dynamodbReads: 0.5, dynamodbWrites: 0.5, cloudWatch: 0.5 });
});

/** Requests per minute of the functions, as the benchmark measures them. */
const measured = { dynamodbReads: 27, dynamodbWrites: 0.5, cloudWatch: 3 };

let folder: string;
beforeAll(async () => {
  folder = await sharedAssembly();
});

test('docs/deploy.md has the sums of the template, for 3 and 300 hosts', () => {
  const page = readFileSync(new URL('../docs/deploy.md', import.meta.url), 'utf8');
  const figures = [3, 300].map((hosts) => standingFigures(resourcesIn(folder), measured, hosts));
  const rows = (figures[0] ?? []).map(({ name }, index) => ({
    name,
    row: `| ${figures.map((some) => some[index]?.value.toFixed(2)).join(' | ')} |`,
  }));
  expect(rows.filter(({ row }) => !page.includes(row))).toEqual([]);
});
