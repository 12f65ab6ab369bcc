import type { DescribeInstanceInformationRequest } from '@aws-sdk/client-ssm';
import { describe, expect, test } from 'vitest';
import type { Ssm } from '../../../src/ssm/ssm.ts';
import { HOST_1, HOST_2, HOST_3, person, START, smallFleet } from '../small-fleet.ts';

const describeHosts = async (account: Ssm, request: DescribeInstanceInformationRequest = {}) =>
  account.actions.DescribeInstanceInformation.run(account.state, request, person);
const ids = async (account: Ssm, ...Filters: { Key: string; Values: string[] }[]) =>
  (await describeHosts(account, { Filters })).InstanceInformationList?.map(({ InstanceId }) => InstanceId);

describe('DescribeInstanceInformation', () => {
  test('lists every host with its platform and agent', async () => {
    const { account } = await smallFleet();
    const { InstanceInformationList } = await describeHosts(account);
    expect(InstanceInformationList).toHaveLength(3);
    expect(InstanceInformationList?.[0]).toMatchObject({
      InstanceId: HOST_1,
      PingStatus: 'Online',
      LastPingDateTime: START / 1000,
      AgentVersion: '3.3.2746.0',
      PlatformType: 'Linux',
      ResourceType: 'EC2Instance',
      ComputerName: 'host-1',
    });
  });

  test('gives a hybrid node its type and its name', async () => {
    const { account } = await smallFleet();
    const host = account.state.hosts.get(HOST_3);
    if (host) account.state.hosts.set('mi-00000000000000003', { ...host, instanceId: 'mi-00000000000000003' });
    const { InstanceInformationList } = await describeHosts(account, {
      Filters: [{ Key: 'ResourceType', Values: ['ManagedInstance'] }],
    });
    expect(InstanceInformationList).toMatchObject([
      { InstanceId: 'mi-00000000000000003', ResourceType: 'ManagedInstance', Name: 'host-3' },
    ]);
  });

  test('returns the instant since which a host is unreachable', async () => {
    const { account, clock } = await smallFleet();
    await clock.run(START + 60_000);
    account.faults.setReachable(HOST_2, false);
    await clock.run(START + 120_000);
    const { InstanceInformationList } = await describeHosts(account);
    expect(InstanceInformationList?.[1]).toMatchObject({
      PingStatus: 'ConnectionLost',
      LastPingDateTime: START / 1000 + 60,
    });
  });

  test.each([
    ['a tag', { Key: 'tag:rack', Values: ['r1', 'r3'] }, [HOST_1, HOST_3]],
    ['a tag that no host has', { Key: 'tag:colour', Values: ['red'] }, []],
    ['the presence of a tag', { Key: 'tag-key', Values: ['rack'] }, [HOST_1, HOST_2, HOST_3]],
    ['ids', { Key: 'InstanceIds', Values: [HOST_2, 'i-99999999'] }, [HOST_2]],
    ['reachable hosts', { Key: 'PingStatus', Values: ['Online'] }, [HOST_1, HOST_2]],
    ['unreachable hosts', { Key: 'PingStatus', Values: ['ConnectionLost'] }, [HOST_3]],
  ])('filters by %s', async (_, filter, expected) => {
    const { account } = await smallFleet({ unreachable: HOST_3 });
    expect(await ids(account, filter)).toEqual(expected);
  });

  test.each([
    ['a page of 4', { MaxResults: 4 }, 'ValidationException'],
    ['a page of 51', { MaxResults: 51 }, 'ValidationException'],
    ['an unknown filter', { Filters: [{ Key: 'Name', Values: ['x'] }] }, 'InvalidFilterKey'],
    [
      'a tag beside another filter',
      {
        Filters: [
          { Key: 'tag:rack', Values: ['r1'] },
          { Key: 'PingStatus', Values: ['Online'] },
        ],
      },
      'InvalidFilterKey',
    ],
  ])('refuses %s', async (_, request, code) => {
    const { account } = await smallFleet();
    await expect(describeHosts(account, request)).rejects.toMatchObject({ code });
  });
});
