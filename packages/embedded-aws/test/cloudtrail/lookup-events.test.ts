import { beforeEach, describe, expect, test } from 'vitest';
import { seeded } from '../../src/clock/random.ts';
import { VirtualClock } from '../../src/clock/virtual-clock.ts';
import { LookupEvents } from '../../src/cloudtrail/actions/LookupEvents.ts';
import { cloudTrail } from '../../src/cloudtrail/cloudtrail.ts';

const START = Date.parse('2026-03-02T09:00:00Z');
const executionArn = 'arn:aws:states:eu-west-1:000000000000:execution:m:e';
const ana = { arn: 'arn:aws:iam::000000000000:user/ana', accessKeyId: 'ana' };
const bo = { arn: 'arn:aws:sts::000000000000:assumed-role/operator/bo', accessKeyId: 'bo@operator' };
const start = { action: 'states:StartExecution', request: { stateMachineArn: 'arn:m' }, caller: ana };
const stop = { action: 'states:StopExecution', request: { executionArn }, caller: bo };

let clock: VirtualClock;
let trail: ReturnType<typeof cloudTrail>;
beforeEach(() => {
  clock = new VirtualClock(START);
  const place = { region: 'eu-west-1', accountId: '000000000000' };
  trail = cloudTrail({ clock, random: seeded(1), tell: () => {}, ...place }, () => {});
});
const pass = (seconds: number) => clock.run(clock.now() + seconds * 1000);
type Request = Parameters<typeof LookupEvents.run>[1];
type Found = { Events: Record<string, unknown>[]; NextToken?: string };
const lookUp = (request: Request = {}) => LookupEvents.run(trail.history, request, ana) as Found;
const namesOf = (request?: Request) => lookUp(request).Events.map(({ EventName }) => EventName);
const by = (AttributeKey: 'EventName' | 'Username' | 'ResourceName', AttributeValue: string): Request => ({
  LookupAttributes: [{ AttributeKey, AttributeValue }],
});

/** A start by ana, and a stop by bo a minute later, both in the history. */
async function bothKept() {
  trail.record({ ...start, response: { executionArn, startDate: START / 1000 } });
  await pass(60);
  trail.record({ ...stop, response: { stopDate: START / 1000 + 60 } });
  await pass(90);
}

test('who stopped an execution: the event by its name, with the whole record as text', async () => {
  await bothKept();
  const { Events } = lookUp(by('EventName', 'StopExecution'));
  expect(Events).toEqual([
    {
      EventId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      EventName: 'StopExecution',
      ReadOnly: 'false',
      AccessKeyId: 'bo@operator',
      EventTime: START / 1000 + 60,
      EventSource: 'states.amazonaws.com',
      Username: 'bo',
      Resources: [],
      CloudTrailEvent: expect.any(String),
    },
  ]);
  expect(JSON.parse(String(Events[0]?.['CloudTrailEvent']))).toMatchObject({
    eventID: Events[0]?.['EventId'],
    requestParameters: { executionArn },
    userIdentity: { arn: bo.arn },
  });
});

test('the latest event comes first, by pages, by person and by time', async () => {
  await bothKept();
  expect(namesOf()).toEqual(['StopExecution', 'StartExecution']);
  expect(namesOf(by('Username', 'ana'))).toEqual(['StartExecution']);
  expect(namesOf(by('ResourceName', executionArn))).toEqual([]);
  expect(namesOf({ StartTime: START / 1000 + 1 })).toEqual(['StopExecution']);
  expect(namesOf({ EndTime: START / 1000 + 59 })).toEqual(['StartExecution']);
  const { Events, NextToken = '' } = lookUp({ MaxResults: 1 });
  expect(Events).toHaveLength(1);
  expect(namesOf({ MaxResults: 1, NextToken })).toEqual(['StartExecution']);
});

test('an event comes up to 90 seconds late, and is kept for 90 days', async () => {
  trail.record({ ...stop, response: { stopDate: START / 1000 } });
  expect(namesOf()).toEqual([]);
  await pass(90);
  expect(namesOf()).toEqual(['StopExecution']);
  await pass(90 * 86_400);
  expect(namesOf()).toEqual([]);
  trail.record({ ...stop, response: { stopDate: clock.now() / 1000 } });
  expect(trail.history.kept).toHaveLength(1);
});

describe('refuses', () => {
  test.each<[string, object, string]>([
    ['51 results', { MaxResults: 51 }, 'InvalidMaxResultsException'],
    ['an end before the start', { StartTime: 2, EndTime: 1 }, 'InvalidTimeRangeException'],
    ['an unknown token', { NextToken: 'x' }, 'InvalidNextTokenException'],
    [
      'an unknown attribute',
      { LookupAttributes: [{ AttributeKey: 'Name', AttributeValue: 'x' }] },
      'InvalidLookupAttributesException',
    ],
  ])('%s', (_, request, name) => {
    expect(() => lookUp(request as Request)).toThrow(expect.objectContaining({ name }));
  });
});
