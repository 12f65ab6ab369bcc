import { describe, expect, test } from 'vitest';
import { alarmRule, person, SmallBus } from '../small-bus.ts';

function bus() {
  const made = new SmallBus();
  made.make({ ...alarmRule, EventPattern: { source: ['trading.deploy'] } });
  return made;
}
const entry = { Source: 'trading.deploy', DetailType: 'Deployed', Detail: '{"phase":1}' };
const put = async ({ events: { state, actions } }: SmallBus, ...Entries: object[]) =>
  actions.PutEvents.run(state, { Entries }, person);

describe('PutEvents', () => {
  test('publishes an event to the bus, with the time of the entry', async () => {
    const made = bus();
    const { Entries, FailedEntryCount } = await put(made, { ...entry, Time: 1772438400, Resources: ['host-1'] });
    await made.until(0);
    expect(FailedEntryCount).toBe(0);
    expect(made.started[0]?.input).toMatchObject({
      id: (Entries[0] as { EventId: string }).EventId,
      source: 'trading.deploy',
      'detail-type': 'Deployed',
      time: '2026-03-02T08:00:00Z',
      resources: ['host-1'],
      detail: { phase: 1 },
    });
  });

  test.each([
    [{ Source: 'aws.cloudwatch' }, 'NotAuthorizedForSourceException'],
    [{ Detail: '[1]' }, 'MalformedDetail'],
    [{ Detail: 'phase 1' }, 'MalformedDetail'],
    [{ DetailType: undefined }, 'InvalidArgument'],
    [{ Source: undefined }, 'InvalidArgument'],
  ])('refuses an entry with %j as %s, and accepts the others', async (change, ErrorCode) => {
    const made = bus();
    const response = await put(made, { ...entry, ...change }, entry);
    await made.until(0);
    expect(response).toMatchObject({ FailedEntryCount: 1, Entries: [{ ErrorCode }, { EventId: expect.any(String) }] });
    expect(made.started).toHaveLength(1);
  });

  test('refuses more than ten entries', async () => {
    await expect(put(bus(), ...Array.from({ length: 11 }, () => entry))).rejects.toMatchObject({
      code: 'ValidationException',
    });
  });

  test('needs events:PutEvents on the bus, with source and type as condition keys', () => {
    const { state, actions } = bus().events;
    expect(actions.PutEvents.needs(state, { Entries: [entry] })).toEqual([
      {
        action: 'events:PutEvents',
        resource: 'arn:aws:events:eu-west-1:000000000000:event-bus/default',
        keys: { 'events:source': 'trading.deploy', 'events:detail-type': 'Deployed' },
      },
    ]);
  });
});
