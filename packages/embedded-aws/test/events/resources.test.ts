import { describe, expect, test } from 'vitest';
import { alarmRule, FUNCTION, machine, RULE_ARN, SmallBus } from './small-bus.ts';

const make = (properties: Record<string, unknown>) => new SmallBus().make({ ...alarmRule, ...properties });

describe('AWS::Events::Rule', () => {
  test('returns its name as Ref and its ARN as Arn', () => {
    expect(make({})).toEqual({ ref: 'phase-1', attributes: { Arn: `${RULE_ARN}phase-1` } });
  });

  test('without a name gets a name from CloudFormation', () => {
    const { Name, ...nameless } = alarmRule;
    expect(new SmallBus().make(nameless)).toMatchObject({ ref: expect.stringMatching(/^Phase1-Rule-[0-9A-Z]{12}$/) });
  });

  test.each([
    [{ EventPattern: { source: [{ wildcard: '*' }] } }, '{"wildcard":"*"} is not a supported filter'],
    [{ EventPattern: undefined }, 'needs an EventPattern or a ScheduleExpression'],
    [{ ScheduleExpression: 'cron(0 12 * * ? *)' }, 'cron(0 12 * * ? *) is not supported'],
    [{ ScheduleExpression: 'rate(1 minutes)' }, 'rate(1 minutes) is not supported'],
    [{ ScheduleExpression: 'rate(5 minute)' }, 'rate(5 minute) is not supported'],
    [{ EventBusName: 'trading' }, 'EventBusName'],
    [{ Targets: [{ ...machine, RoleArn: undefined }] }, 'machine is a state machine and needs a RoleArn'],
    [{ Targets: [{ Id: 'q', Arn: 'arn:aws:sqs:eu-west-1:000000000000:q' }] }, 'neither a state machine nor a function'],
    [{ Targets: [{ ...machine, InputPath: '$.resources[0]' }] }, 'The path $.resources[0] is not supported'],
    [{ Targets: [{ ...machine, EcsParameters: {} }] }, 'EcsParameters'],
    [{ Targets: [{ ...machine, RetryPolicy: { MaximumEventAgeInSeconds: 59 } }] }, 'MaximumEventAgeInSeconds'],
  ])('%j is refused: %s', (properties, reason) => {
    expect(() => make(properties)).toThrow(reason);
  });
});

describe('a schedule', () => {
  const everyMinute = {
    Name: 'reconcile',
    ScheduleExpression: 'rate(1 minute)',
    Targets: [{ Id: 'function', Arn: FUNCTION }],
  };

  test('sends its rule an event every interval, the first after one interval', async () => {
    const made = new SmallBus();
    await made.until(10);
    made.make(everyMinute);
    await made.until(200);
    expect(made.invoked.map(({ second }) => second)).toEqual([70, 130, 190]);
    expect(made.invoked[0]?.input).toMatchObject({
      source: 'aws.events',
      'detail-type': 'Scheduled Event',
      resources: [`${RULE_ARN}reconcile`],
      time: '2026-03-02T09:01:10Z',
      detail: {},
    });
  });

  test('sends no event while its rule is disabled', async () => {
    const made = new SmallBus();
    made.make({ ...everyMinute, State: 'DISABLED' });
    await made.until(600);
    expect(made.invoked).toEqual([]);
  });

  test('sends no event to the patterns of other rules', async () => {
    const made = new SmallBus();
    made.make(everyMinute);
    made.make({ ...alarmRule, EventPattern: { source: ['aws.events'] } });
    await made.until(90);
    expect([made.invoked.length, made.started.length]).toEqual([1, 0]);
  });
});
