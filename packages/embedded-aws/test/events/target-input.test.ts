import { describe, expect, test } from 'vitest';
import { alarmEvent, alarmRule, FUNCTION, SmallBus } from './small-bus.ts';

/** Returns the input that a target's function receives. */
async function invokedWith(target: Record<string, unknown>) {
  const made = new SmallBus();
  made.make({ ...alarmRule, Targets: [{ Id: 'function', Arn: FUNCTION, ...target }] });
  made.events.publish(alarmEvent('ALARM'));
  await made.until(0);
  return made.invoked[0]?.input;
}

const InputPathsMap = { name: '$.detail.alarmName', state: '$.detail.state', nothing: '$.detail.nothing' };

describe('a target receives', () => {
  test('the event', async () => {
    expect(await invokedWith({})).toMatchObject({ source: 'aws.cloudwatch', detail: { alarmName: 'errors' } });
  });

  test('its Input, whatever the event', async () => {
    expect(await invokedWith({ Input: '{"reason":"every minute"}' })).toEqual({ reason: 'every minute' });
  });

  test('a part of the event', async () => {
    expect(await invokedWith({ InputPath: '$.detail.state' })).toEqual({ value: 'ALARM' });
  });

  test('a filled template, with values as JSON, or as text inside quotes', async () => {
    const InputTemplate = '{"alarm":<name>,"state":<state>,"said":"<name> is <state>","none":<nothing>}';
    expect(await invokedWith({ InputTransformer: { InputPathsMap, InputTemplate } })).toEqual({
      alarm: 'errors',
      state: { value: 'ALARM' },
      said: 'errors is {"value":"ALARM"}',
      none: null,
    });
  });

  test('a template filled with the reserved names', async () => {
    const InputTemplate = '{"rule":<aws.events.rule-name>,"event":<aws.events.event.json>}';
    expect(await invokedWith({ InputTransformer: { InputTemplate } })).toMatchObject({
      rule: 'phase-1',
      event: { source: 'aws.cloudwatch' },
    });
  });
});
