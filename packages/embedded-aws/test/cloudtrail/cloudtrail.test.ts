import { expect, test } from 'vitest';
import { seeded } from '../../src/clock/random.ts';
import { VirtualClock } from '../../src/clock/virtual-clock.ts';
import { cloudTrail, recorded } from '../../src/cloudtrail/cloudtrail.ts';
import type { NewEvent } from '../../src/events/event.ts';
import { AwsError } from '../../src/wire/aws-error.ts';

const START = Date.parse('2026-03-02T09:00:00Z');
const call = {
  action: 'states:StartExecution',
  request: { stateMachineArn: 'arn:aws:states:eu-west-1:000000000000:stateMachine:m' },
  caller: { arn: 'arn:aws:iam::000000000000:user/ana' },
  response: { executionArn: 'arn:aws:states:eu-west-1:000000000000:execution:m:e', startDate: START / 1000 },
};

/** Makes a trail under a virtual clock, and collects its events with the seconds after which each was published. */
function small(seed = 1) {
  const clock = new VirtualClock(START);
  const published: { event: NewEvent; after: number }[] = [];
  const place = { region: 'eu-west-1', accountId: '000000000000' };
  const trail = cloudTrail({ clock, random: seeded(seed), tell: () => {}, ...place }, (event) =>
    published.push({ event, after: (clock.now() - START) / 1000 }),
  );
  return { trail, published, pass: (seconds: number) => clock.run(clock.now() + seconds * 1000) };
}

test('a StartExecution becomes an event of the service, with the time of the call', async () => {
  const { trail, published, pass } = small();
  trail.record(call);
  await pass(90);
  expect(published.map(({ event }) => event)).toEqual([
    {
      source: 'aws.states',
      'detail-type': 'AWS API Call via CloudTrail',
      resources: [],
      time: START,
      detail: expect.objectContaining({ eventName: 'StartExecution', eventTime: '2026-03-02T09:00:00Z' }),
    },
  ]);
});

test('events come 2 to 90 seconds later, half of them within 13, and not in order', async () => {
  const { trail, published, pass } = small();
  for (let i = 0; i < 200; i++) trail.record(call);
  await pass(90);
  const delays = published.map(({ after }) => after);
  expect(delays).toHaveLength(200);
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(2);
  expect(Math.max(...delays)).toBeGreaterThan(60);
  expect(delays.filter((after) => after <= 13).length).toBeGreaterThan(80);
});

test('each call has its own ids, and the same seed gives the same ids and delays', async () => {
  const eventsOf = async (seed: number) => {
    const { trail, published, pass } = small(seed);
    for (let i = 0; i < 3; i++) trail.record(call);
    await pass(90);
    return published;
  };
  const [once, again, other] = [await eventsOf(1), await eventsOf(1), await eventsOf(2)];
  expect(once).toEqual(again);
  expect(other).not.toEqual(once);
  expect(new Set(once.map(({ event }) => event.detail['eventID'])).size).toBe(3);
});

test('other calls do not become events', async () => {
  const { trail, published, pass } = small();
  trail.record({ ...call, action: 'states:StopExecution' });
  await pass(90);
  expect(published).toEqual([]);
});

test('a closed trail publishes no more events', async () => {
  const { trail, published, pass } = small();
  trail.record(call);
  trail.close();
  await pass(90);
  expect(published).toEqual([]);
});

test('a call that fails is recorded, and fails', async () => {
  const calls: unknown[] = [];
  const failing = { action: 'a:B', request: {}, caller: call.caller };
  const failure = new AwsError('ValidationException', 'no');
  await expect(
    recorded(
      (one) => calls.push(one),
      failing,
      () => Promise.reject(failure),
    ),
  ).rejects.toBe(failure);
  expect(calls).toEqual([{ ...failing, error: failure }]);
});
