import { describe, expect, test } from 'vitest';
import { alarmEvent, alarmRule, FUNCTION, MACHINE, machine, QUEUE, ROLE, RULE_ARN, SmallBus } from './small-bus.ts';

/** Creates a bus with the rule; its target has a dead-letter queue and the given properties. */
function bus(target: Record<string, unknown> = {}, seed = 1) {
  const made = new SmallBus(seed);
  made.make({ ...alarmRule, Targets: [{ ...machine, DeadLetterConfig: { Arn: QUEUE }, ...target }] });
  return made;
}

describe('an event that matches a rule', () => {
  test('starts the target machine in the same instant, with the rule’s role and the whole event', async () => {
    const made = bus();
    await made.until(1.5);
    made.events.publish(alarmEvent('ALARM'));
    await made.until(1.5);
    expect(made.started).toEqual([
      {
        second: 1.5,
        arn: MACHINE,
        role: ROLE,
        input: {
          version: '0',
          id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
          'detail-type': 'CloudWatch Alarm State Change',
          source: 'aws.cloudwatch',
          account: '000000000000',
          time: '2026-03-02T09:00:01Z',
          region: 'eu-west-1',
          resources: ['arn:aws:cloudwatch:eu-west-1:000000000000:alarm:errors'],
          detail: { alarmName: 'errors', state: { value: 'ALARM' } },
        },
      },
    ]);
  });

  test('has a new id each time, and the same ids for the same seed', () => {
    const ids = [bus(), bus()].map((made) => [1, 2].map(() => made.events.publish(alarmEvent('ALARM')).id));
    expect(ids[0]).toEqual(ids[1]);
    expect(new Set(ids[0]).size).toBe(2);
  });

  test('reaches every target of every rule', async () => {
    const made = bus();
    made.make({ ...alarmRule, Name: 'second', Targets: [machine, { Id: 'function', Arn: FUNCTION }] });
    made.events.publish(alarmEvent('ALARM'));
    await made.until(0);
    expect([made.started.length, made.invoked.length]).toEqual([2, 1]);
  });

  test('does not reach a rule that is disabled', async () => {
    const made = new SmallBus();
    made.make({ ...alarmRule, State: 'DISABLED' });
    made.events.publish(alarmEvent('ALARM'));
    await made.until(0);
    expect(made.started).toEqual([]);
  });

  test('starts no machine if it does not match', async () => {
    const made = bus();
    made.events.publish(alarmEvent('OK'));
    await made.until(0);
    expect(made.started).toEqual([]);
  });
});

describe('a retryable error', () => {
  test('is retried after pauses that double, half of each random', async () => {
    const made = bus();
    made.fail('ThrottlingException', 5);
    made.events.publish(alarmEvent('ALARM'));
    await made.until(100);
    const pauses = made.attempts.map((second, index) => second - (made.attempts[index - 1] ?? 0)).slice(1);
    expect(pauses).toHaveLength(5);
    for (const [index, pause] of pauses.entries()) {
      expect(pause).toBeGreaterThanOrEqual(0.5 * 2 ** index);
      expect(pause).toBeLessThanOrEqual(2 ** index);
    }
    expect(made.started).toHaveLength(1);
  });

  test('is retried at the same instants for the same seed, and at others for another seed', async () => {
    const attempts = await Promise.all(
      [1, 1, 2].map(async (seed) => {
        const made = bus({}, seed);
        made.fail('InternalServerError', 3, 500);
        made.events.publish(alarmEvent('ALARM'));
        await made.until(100);
        return made.attempts;
      }),
    );
    expect(attempts[0]).toEqual(attempts[1]);
    expect(attempts[0]).not.toEqual(attempts[2]);
  });

  test('ends the delivery at the last allowed retry', async () => {
    const made = bus({ RetryPolicy: { MaximumRetryAttempts: 2 } });
    made.fail('ThrottlingException', 100);
    const event = made.events.publish(alarmEvent('ALARM'));
    await made.until(3600);
    expect(made.attempts).toHaveLength(3);
    expect(made.queued).toEqual([
      {
        second: made.attempts[2],
        arn: QUEUE,
        input: event,
        attributes: {
          RULE_ARN: `${RULE_ARN}phase-1`,
          TARGET_ARN: MACHINE,
          ERROR_CODE: 'THROTTLING',
          ERROR_MESSAGE: 'ThrottlingException for a test',
          RETRY_ATTEMPTS: '2',
          EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
        },
      },
    ]);
  });

  test('ends the delivery at the instant when the event is too old', async () => {
    const made = bus({ RetryPolicy: { MaximumEventAgeInSeconds: 300 } });
    made.fail('InternalServerError', 100, 500);
    made.events.publish(alarmEvent('ALARM'));
    await made.until(3600);
    expect(made.queued).toMatchObject([
      {
        second: 300,
        attributes: { EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds', ERROR_CODE: 'INTERNAL_ERROR' },
      },
    ]);
    expect(made.attempts.every((second) => second < 300)).toBe(true);
  });

  test('is retried for a day by default', async () => {
    const made = bus();
    made.fail('ThrottlingException', 1000);
    made.events.publish(alarmEvent('ALARM'));
    await made.until(3 * 86_400);
    expect(made.queued).toMatchObject([{ second: 86_400 }]);
  });

  test('drops the event without a dead-letter queue, and reports it', async () => {
    const made = bus({ DeadLetterConfig: undefined, RetryPolicy: { MaximumRetryAttempts: 0 } });
    made.fail('ThrottlingException', 1);
    made.events.publish(alarmEvent('ALARM'));
    await made.until(10);
    expect(made.queued).toEqual([]);
    expect(made.happenings.map(({ event }) => event)).toEqual(['EventPublished', 'DeliveryFailed', 'EventDropped']);
  });
});

describe('an error that is not retryable', () => {
  test.each([
    ['AccessDeniedException', 'NO_PERMISSIONS'],
    ['StateMachineDoesNotExist', 'NO_RESOURCE'],
    ['ResourceNotFoundException', 'NO_RESOURCE'],
    ['ExecutionAlreadyExists', 'RESOURCE_ALREADY_EXISTS'],
    ['InvalidExecutionInput', 'INVALID_JSON'],
    ['ValidationException', 'INVALID_PARAMETER'],
  ])('%s sends the event to the dead-letter queue at once, as %s', async (error, code) => {
    const made = bus();
    made.fail(error, 1);
    made.events.publish(alarmEvent('ALARM'));
    await made.until(3600);
    expect(made.attempts).toEqual([0]);
    const [{ second, attributes } = {}] = made.queued;
    expect(second).toBe(0);
    expect(attributes).toMatchObject({ ERROR_CODE: code, RETRY_ATTEMPTS: '0' });
    expect(attributes).not.toHaveProperty('EXHAUSTED_RETRY_CONDITION');
  });
});

test('an event with a constant Input that is not JSON goes to the dead-letter queue at once', async () => {
  const made = bus({ Id: 'function', Arn: FUNCTION, Input: 'red' });
  made.events.publish(alarmEvent('ALARM'));
  await made.until(0);
  expect(made.queued).toMatchObject([{ second: 0, attributes: { ERROR_CODE: 'INVALID_JSON' } }]);
});

test('a closed bus retries nothing', async () => {
  const made = bus();
  made.fail('ThrottlingException', 1);
  made.events.publish(alarmEvent('ALARM'));
  await made.until(0.1);
  made.events.close();
  await made.until(3600);
  expect(made.attempts).toEqual([0]);
});
