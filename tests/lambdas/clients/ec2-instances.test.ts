import { EC2Client } from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { ec2InstancesOn } from '../../../lambdas/clients/ec2-instances.ts';

/** The real EC2 client with pages written by hand; `requests` are the requested fields. */
function stubbedEc2(...pages: string[]) {
  const requests: Record<string, string>[] = [];
  const ec2 = new EC2Client({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
    requestHandler: {
      handle: async ({ body }: { body: string }) => {
        requests.push(Object.fromEntries(new URLSearchParams(body)));
        const xml = `<DescribeInstancesResponse><requestId>r</requestId>${pages[requests.length - 1]}</DescribeInstancesResponse>`;
        return { response: { statusCode: 200, headers: { 'content-type': 'text/xml' }, body: Buffer.from(xml) } };
      },
    },
  });
  return { instances: ec2InstancesOn(ec2), requests };
}

const instance = (id: string, state: string, more = '') =>
  `<item><instanceId>${id}</instanceId><instanceState><code>0</code><name>${state}</name></instanceState>${more}</item>`;
const reservation = (...instances: string[]) =>
  `<item><reservationId>r-1</reservationId><instancesSet>${instances.join('')}</instancesSet></item>`;
const page = (...reservations: string[]) => `<reservationSet>${reservations.join('')}</reservationSet>`;
const named = (name: string) => `<tagSet><item><key>Name</key><value>${name}</value></item></tagSet>`;

test('the instances of the fleet are those that carry its tag, from every reservation and page', async () => {
  const { instances, requests } = stubbedEc2(
    `${page(reservation(instance('i-1', 'running'), instance('i-2', 'stopped')))}<nextToken>more</nextToken>`,
    page(reservation(instance('i-3', 'pending'))),
  );
  expect(await instances.withTag({ key: 'rollback-fleet', value: 'trading' })).toMatchObject([
    { instance_id: 'i-1', state: 'running' },
    { instance_id: 'i-2', state: 'stopped' },
    { instance_id: 'i-3', state: 'pending' },
  ]);
  expect(requests).toMatchObject([
    {
      Action: 'DescribeInstances',
      MaxResults: '1000',
      'Filter.1.Name': 'tag:rollback-fleet',
      'Filter.1.Value.1': 'trading',
      'Filter.2.Name': 'instance-state-name',
      'Filter.2.Value.1': 'pending',
      'Filter.2.Value.2': 'running',
      'Filter.2.Value.3': 'stopping',
      'Filter.2.Value.4': 'stopped',
    },
    { NextToken: 'more' },
  ]);
});

test.each([
  ['its tag Name', `<privateDnsName>ip-10-0-0-1</privateDnsName>${named('trader-1')}`, 'trader-1'],
  ['its private name, if that tag is empty', `<privateDnsName>ip-10-0-0-1</privateDnsName>${named('')}`, 'ip-10-0-0-1'],
  ['its id, if it has neither', '<privateDnsName/>', 'i-1'],
])('an instance is named by %s', async (_, more, name) => {
  const { instances } = stubbedEc2(page(reservation(instance('i-1', 'stopped', more))));
  expect(await instances.withTag({ key: 'a', value: 'b' })).toEqual([{ instance_id: 'i-1', name, state: 'stopped' }]);
});

test('existing instances are looked for by a filter, because InstanceIds fails for those that do not exist', async () => {
  const ids = Array.from({ length: 201 }, (_, i) => `i-${i}`);
  const { instances, requests } = stubbedEc2(page(reservation(instance('i-7', 'stopped'))), page());
  expect(await instances.existing(ids)).toEqual(['i-7']);
  expect(requests.map((one) => [one['Filter.1.Name'], one['Filter.1.Value.1'], one['InstanceId.1']])).toEqual([
    ['instance-id', 'i-0', undefined],
    ['instance-id', 'i-200', undefined],
  ]);
});
