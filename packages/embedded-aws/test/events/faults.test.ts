import { describe, expect, test } from 'vitest';
import { alarmEvent, alarmRule, machine, SmallBus } from './small-bus.ts';

const source = 'aws.cloudwatch';

function bus() {
  const made = new SmallBus();
  made.make(alarmRule);
  return made;
}
const seconds = ({ started }: SmallBus) => started.map(({ second }) => second);

describe('lost events', () => {
  test('never arrive, but later events do', async () => {
    const made = bus();
    made.events.faults.lose({ source, count: 1 });
    made.events.publish(alarmEvent('ALARM'));
    await made.until(10);
    made.events.publish(alarmEvent('ALARM'));
    await made.until(3600);
    expect(seconds(made)).toEqual([10]);
    expect(made.happenings.map(({ event }) => event)).toContain('EventLost');
  });

  test('can be all events of a source', async () => {
    const made = bus();
    made.events.faults.lose({ source, count: 'all' });
    for (let count = 0; count < 3; count++) made.events.publish(alarmEvent('ALARM'));
    await made.until(10);
    expect(seconds(made)).toEqual([]);
  });

  test('are only events of that source', async () => {
    const made = bus();
    made.events.faults.lose({ source: 'aws.ssm', count: 'all' });
    made.events.publish(alarmEvent('ALARM'));
    await made.until(0);
    expect(seconds(made)).toEqual([0]);
  });

  test('are events that match a rule: other events do not use up the fault', async () => {
    const made = bus();
    made.events.faults.lose({ source, count: 1 });
    made.events.publish(alarmEvent('OK'));
    made.events.publish(alarmEvent('ALARM'));
    await made.until(0);
    expect(seconds(made)).toEqual([]);
  });
});

describe('a duplicated event', () => {
  test('arrives as often as the fault asks, under one id', async () => {
    const made = bus();
    made.events.faults.duplicate({ source, times: 3 });
    made.events.publish(alarmEvent('ALARM'));
    made.events.publish(alarmEvent('ALARM'));
    await made.until(0);
    const ids = made.started.map(({ input }) => input['id']);
    expect(ids).toEqual([ids[0], ids[0], ids[0], ids[3]]);
    expect(ids[3]).not.toBe(ids[0]);
  });
});

describe('a delayed event', () => {
  test('arrives late, with its original time', async () => {
    const made = bus();
    made.events.faults.delay({ source, milliseconds: 1_200_000 });
    made.events.publish(alarmEvent('ALARM'));
    await made.until(3600);
    expect(made.started).toMatchObject([{ second: 1200, input: { time: '2026-03-02T09:00:00Z' } }]);
  });

  test('is not too old for its target, because its age starts at its arrival', async () => {
    const made = new SmallBus();
    const [target] = alarmRule.Targets;
    made.make({ ...alarmRule, Targets: [{ ...target, RetryPolicy: { MaximumEventAgeInSeconds: 60 } }] });
    made.events.faults.delay({ source, milliseconds: 1_200_000 });
    made.fail('ThrottlingException', 1);
    made.events.publish(alarmEvent('ALARM'));
    await made.until(3600);
    expect(made.started).toHaveLength(1);
  });

  test('can arrive after an event that happened later', async () => {
    const made = bus();
    made.events.faults.delay({ source, milliseconds: 90_000, count: 1 });
    made.events.publish(alarmEvent('ALARM'));
    await made.until(30);
    made.events.publish(alarmEvent('ALARM'));
    await made.until(3600);
    expect(made.started.map(({ input, second }) => [second, input['time']])).toEqual([
      [30, '2026-03-02T09:00:30Z'],
      [90, '2026-03-02T09:00:00Z'],
    ]);
  });

  test('can also be duplicated', async () => {
    const made = bus();
    made.events.faults.delay({ source, milliseconds: 90_000 });
    made.events.faults.duplicate({ source, times: 2 });
    made.events.publish(alarmEvent('ALARM'));
    await made.until(3600);
    expect(seconds(made)).toEqual([90, 90]);
  });
});

describe('unmet faults', () => {
  test('are reported with the number of events they still had to affect', () => {
    const { events } = bus();
    events.faults.lose({ source, count: 2 });
    events.faults.delay({ source: 'aws.ssm', milliseconds: 1 });
    events.publish(alarmEvent('ALARM'));
    expect(events.faults.unmet()).toEqual([
      '1 more events of aws.cloudwatch were to be lost, but no event that matches a rule came',
      'all events of aws.ssm were to be delayed, but no event that matches a rule came',
    ]);
  });

  test('are none when every fault has been used up', () => {
    const { events } = bus();
    events.faults.lose({ source, count: 1 });
    events.faults.duplicate({ source, times: 3 });
    events.publish(alarmEvent('ALARM'));
    events.publish(alarmEvent('ALARM'));
    expect(events.faults.unmet()).toEqual([]);
  });
});

describe('a disabled rule', () => {
  test('receives no event until it is enabled again', async () => {
    const made = new SmallBus();
    const rule = made.rule(alarmRule);
    made.events.faults.setEnabled(rule, false);
    made.events.publish(alarmEvent('ALARM'));
    await made.until(10);
    made.events.faults.setEnabled(rule, true);
    made.events.publish(alarmEvent('ALARM'));
    await made.until(20);
    expect(seconds(made)).toEqual([10]);
    expect(made.events.faults.unmet()).toEqual([]);
  });

  test('that missed no event is unmet', async () => {
    const made = new SmallBus();
    made.events.faults.setEnabled(made.rule(alarmRule), false);
    made.events.publish(alarmEvent('OK'));
    expect(made.events.faults.unmet()).toEqual(['the rule phase-1 was disabled, and missed no event']);
  });

  test('misses the events of its schedule', async () => {
    const made = new SmallBus();
    const rule = made.rule({ Name: 'every-minute', ScheduleExpression: 'rate(1 minute)', Targets: [machine] });
    made.events.faults.setEnabled(rule, false);
    await made.until(90);
    expect(seconds(made)).toEqual([]);
    expect(made.events.faults.unmet()).toEqual([]);
  });
});
