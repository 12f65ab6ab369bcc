import { describe, expect, test } from 'vitest';
import { alarmEvent, alarmRule, SmallBus } from './small-bus.ts';

const source = 'aws.cloudwatch';

function bus() {
  const made = new SmallBus();
  made.make(alarmRule);
  return made;
}
const seconds = ({ started }: SmallBus) => started.map(({ second }) => second);

describe('lost events', () => {
  test('never arrive; those after them do', async () => {
    const made = bus();
    made.events.faults.lose({ source, count: 1 });
    made.events.publish(alarmEvent('ALARM'));
    await made.until(10);
    made.events.publish(alarmEvent('ALARM'));
    await made.until(3600);
    expect(seconds(made)).toEqual([10]);
    expect(made.told.map(({ event }) => event)).toContain('EventLost');
  });

  test('may be all of a source', async () => {
    const made = bus();
    made.events.faults.lose({ source, count: 'all' });
    for (let count = 0; count < 3; count++) made.events.publish(alarmEvent('ALARM'));
    await made.until(10);
    expect(seconds(made)).toEqual([]);
  });

  test('are of that source only', async () => {
    const made = bus();
    made.events.faults.lose({ source: 'aws.ssm', count: 'all' });
    made.events.publish(alarmEvent('ALARM'));
    await made.until(0);
    expect(seconds(made)).toEqual([0]);
  });

  test('are events that a rule waits for: another does not use the fault up', async () => {
    const made = bus();
    made.events.faults.lose({ source, count: 1 });
    made.events.publish(alarmEvent('OK'));
    made.events.publish(alarmEvent('ALARM'));
    await made.until(0);
    expect(seconds(made)).toEqual([]);
  });
});

describe('a duplicated event', () => {
  test('arrives as often as asked, under one id', async () => {
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
  test('arrives late, with the time it had', async () => {
    const made = bus();
    made.events.faults.delay({ source, milliseconds: 1_200_000 });
    made.events.publish(alarmEvent('ALARM'));
    await made.until(3600);
    expect(made.started).toMatchObject([{ second: 1200, input: { time: '2026-03-02T09:00:00Z' } }]);
  });

  test('is not too old for its target then: its age counts from its arrival', async () => {
    const made = new SmallBus();
    const [target] = alarmRule.Targets;
    made.make({ ...alarmRule, Targets: [{ ...target, RetryPolicy: { MaximumEventAgeInSeconds: 60 } }] });
    made.events.faults.delay({ source, milliseconds: 1_200_000 });
    made.fail('ThrottlingException', 1);
    made.events.publish(alarmEvent('ALARM'));
    await made.until(3600);
    expect(made.started).toHaveLength(1);
  });

  test('may come after one that happened later', async () => {
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

  test('may be a duplicated one, too', async () => {
    const made = bus();
    made.events.faults.delay({ source, milliseconds: 90_000 });
    made.events.faults.duplicate({ source, times: 2 });
    made.events.publish(alarmEvent('ALARM'));
    await made.until(3600);
    expect(seconds(made)).toEqual([90, 90]);
  });
});

describe('unmet faults', () => {
  test('are named with how often they were still to strike', () => {
    const { events } = bus();
    events.faults.lose({ source, count: 2 });
    events.faults.delay({ source: 'aws.ssm', milliseconds: 1 });
    events.publish(alarmEvent('ALARM'));
    expect(events.faults.unmet()).toEqual([
      '1 more events of aws.cloudwatch were to be lost, and none came that a rule waits for',
      'all events of aws.ssm were to be delayed, and none came that a rule waits for',
    ]);
  });

  test('are none once all have struck', () => {
    const { events } = bus();
    events.faults.lose({ source, count: 1 });
    events.faults.duplicate({ source, times: 3 });
    events.publish(alarmEvent('ALARM'));
    events.publish(alarmEvent('ALARM'));
    expect(events.faults.unmet()).toEqual([]);
  });
});
