import { DescribeInstancesCommand, type DescribeInstancesCommandInput, EC2Client } from '@aws-sdk/client-ec2';
import { expect, onTestFinished, test } from 'vitest';
import { seeded } from '../../src/clock/random.ts';
import { VirtualClock } from '../../src/clock/virtual-clock.ts';
import { ec2 } from '../../src/ec2/ec2.ts';
import { hostsOf } from '../../src/hosts/image.ts';
import { AwsError } from '../../src/wire/aws-error.ts';
import { openEndpoint } from '../../src/wire/endpoint.ts';
import type { Need } from '../../src/wire/service.ts';

const image = {
  name: 'trading',
  tags: { fleet: 'trading', note: 'a <b> & "c"' },
  platform: { PlatformType: 'Linux', PlatformName: 'Amazon Linux', PlatformVersion: '2023' },
  agentVersion: '3.3.2746.0',
} as const;
const id = (number: number) => `i-${String(number).padStart(17, '0')}`;

/** Opens EC2 with seven instances and a hybrid node behind a real endpoint, for a real client. */
async function smallEc2({ denied = false } = {}) {
  const clock = new VirtualClock(Date.parse('2026-03-02T09:00:00Z'));
  const place = { region: 'eu-west-1', accountId: '000000000000' };
  const hosts = hostsOf(image, { count: 8, hybrid: 1 }, (name) => `/${name}`);
  const service = ec2({ clock, random: seeded(1), ...place, tell: () => {} }, hosts);
  const needs: Need[] = [];
  const authorize = (asked: readonly Need[]) => {
    needs.push(...asked);
    if (denied) throw new AwsError('AccessDeniedException', 'not authorized to perform: ec2:DescribeInstances', 400);
  };
  const endpoint = await openEndpoint({
    port: 0,
    clock,
    services: {},
    httpServices: { ec2: (request, caller) => service.handle(request, authorize, caller) },
    control: async () => ({}),
    callerOf: () => ({ arn: 'arn:aws:iam::000000000000:user/ana' }),
    requestId: () => 'request',
    answered: () => false,
    requested: () => {},
  });
  const credentials = { accessKeyId: 'ana', secretAccessKey: 'none' };
  const client = new EC2Client({ endpoint: endpoint.url, region: 'eu-west-1', credentials, maxAttempts: 1 });
  onTestFinished(async () => {
    client.destroy();
    await endpoint.close();
  });
  const describe = (input: DescribeInstancesCommandInput = {}) => client.send(new DescribeInstancesCommand(input));
  return {
    service,
    needs,
    describe,
    change: (number: number, change: (host: (typeof hosts)[number]) => void) => {
      const host = hosts[number - 1];
      if (host) change(host);
    },
    ids: async (input: DescribeInstancesCommandInput = {}) =>
      (await describe(input)).Reservations?.flatMap(({ Instances = [] }) => Instances.map((one) => one.InstanceId)),
  };
}

test('an instance has its state, its tags and its private name, in a reservation of its own', async () => {
  const { describe } = await smallEc2();
  const { Reservations = [] } = await describe();
  expect(Reservations).toHaveLength(7);
  expect(Reservations[0]).toMatchObject({
    OwnerId: '000000000000',
    Instances: [
      {
        InstanceId: id(1),
        State: { Code: 16, Name: 'running' },
        PrivateDnsName: 'host-1.ec2.internal',
        LaunchTime: new Date('2026-03-02T09:00:00Z'),
        Tags: [
          { Key: 'fleet', Value: 'trading' },
          { Key: 'note', Value: 'a <b> & "c"' },
        ],
      },
    ],
  });
});

test('a hybrid node is no instance', async () => {
  const { ids } = await smallEc2();
  expect(await ids()).toEqual([1, 2, 3, 4, 5, 6, 7].map(id));
});

test.each([
  ['a state', [{ Name: 'instance-state-name', Values: ['stopped', 'stopping'] }], [2]],
  ['a tag', [{ Name: 'tag:fleet', Values: ['trading'] }], [1, 2, 4, 5, 6, 7]],
  ['the presence of a tag', [{ Name: 'tag-key', Values: ['spare'] }], [3]],
  ['a value with a wildcard', [{ Name: 'tag:fleet', Values: ['trad*'] }], [1, 2, 4, 5, 6, 7]],
  ['ids, also of instances that do not exist', [{ Name: 'instance-id', Values: [id(4), 'i-99999999'] }], [4]],
  [
    'two filters: an instance passes both',
    [
      { Name: 'tag:fleet', Values: ['trading'] },
      { Name: 'instance-state-name', Values: ['stopped'] },
    ],
    [2],
  ],
])('a filter by %s', async (_, Filters, expected) => {
  const { service, change, ids } = await smallEc2();
  change(2, (host) => service.setState(host, 'stopped'));
  change(3, (host) => service.setTags(host, { spare: 'yes' }));
  expect(await ids({ Filters })).toEqual(expected.map(id));
});

test('a page has at most MaxResults instances, and the token of the next page', async () => {
  const { describe } = await smallEc2();
  const first = await describe({ MaxResults: 5 });
  const second = await describe({ MaxResults: 5, NextToken: first.NextToken });
  expect([first.Reservations?.length, second.Reservations?.length, second.NextToken]).toEqual([5, 2, undefined]);
});

test.each([
  ['an instance that does not exist, by its id', { InstanceIds: [id(1), id(9)] }, 'InvalidInstanceID.NotFound'],
  ['a hybrid node, by its id', { InstanceIds: ['mi-00000000000000008'] }, 'InvalidInstanceID.Malformed'],
  ['pages of four', { MaxResults: 4 }, 'InvalidParameterValue'],
  ['pages of instances by their ids', { MaxResults: 5, InstanceIds: [id(1)] }, 'InvalidParameterCombination'],
  [
    'a filter that the account does not have',
    { Filters: [{ Name: 'vpc-id', Values: ['v'] }] },
    'InvalidParameterValue',
  ],
  ['an option that the account does not have', { DryRun: true }, 'InvalidParameterValue'],
])('%s is an error with AWS’s name', async (_, input, name) => {
  const { describe } = await smallEc2();
  await expect(describe(input)).rejects.toMatchObject({ name });
});

test('a request needs ec2:DescribeInstances on everything, and is denied as UnauthorizedOperation', async () => {
  const { describe, needs } = await smallEc2({ denied: true });
  await expect(describe()).rejects.toMatchObject({
    name: 'UnauthorizedOperation',
    message: 'not authorized to perform: ec2:DescribeInstances',
  });
  expect(needs).toEqual([{ action: 'ec2:DescribeInstances', resource: '*' }]);
});
