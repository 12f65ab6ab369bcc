import { describe, expect, test } from 'vitest';
import { managedInstancesOn } from '../../../lambdas/clients/managed-instances.ts';
import { stubbedSystemsManager } from '../stubbed-systems-manager.ts';

const tag = { key: 'rollback-fleet', value: 'trading' };

describe('the hosts of the fleet', () => {
  const agent = (InstanceId: string, PingStatus: string) => ({
    InstanceId,
    ComputerName: `${InstanceId}.example`,
    PingStatus,
    AgentVersion: '3.3.2746.0',
  });

  test('are those that carry its tag, in the order of their ids, from every page', async () => {
    const { ssm, requests } = stubbedSystemsManager({
      DescribeInstanceInformation: ({ NextToken }) =>
        NextToken
          ? { InstanceInformationList: [agent('i-1', 'Online')] }
          : { InstanceInformationList: [agent('i-2', 'ConnectionLost')], NextToken: 'more' },
    });
    expect(await managedInstancesOn(ssm).hosts(tag)).toEqual([
      { instance_id: 'i-1', name: 'i-1.example', online: true, agent_version: '3.3.2746.0' },
      { instance_id: 'i-2', name: 'i-2.example', online: false, agent_version: '3.3.2746.0' },
    ]);
    expect(requests[0]?.request).toMatchObject({ Filters: [{ Key: 'tag:rollback-fleet', Values: ['trading'] }] });
  });

  test('have their ids as names if they have no name', async () => {
    const { ssm } = stubbedSystemsManager({
      DescribeInstanceInformation: () => ({ InstanceInformationList: [{ InstanceId: 'i-1', PingStatus: 'Inactive' }] }),
    });
    expect(await managedInstancesOn(ssm).hosts(tag)).toEqual([
      { instance_id: 'i-1', name: 'i-1', online: false, agent_version: '' },
    ]);
  });
});

describe('a hybrid node', () => {
  const nodes = (...found: object[]) =>
    stubbedSystemsManager({ DescribeInstanceInformation: () => ({ InstanceInformationList: found }) });

  test.each([
    ['by its computer', { ComputerName: 'trader-7.colo', Name: 'colo' }, 'trader-7.colo'],
    ['as at its activation, if its computer has no name', { Name: 'colo' }, 'colo'],
  ])('is named %s', async (_, names, name) => {
    const { ssm } = nodes({ InstanceId: 'mi-00000000000000007', PingStatus: 'Online', ...names });
    expect(await managedInstancesOn(ssm).hosts(tag)).toMatchObject([{ instance_id: 'mi-00000000000000007', name }]);
  });

  test('is listed whatever its tags, and not asked for by its id, which would fail once it is deregistered', async () => {
    const { ssm, requests } = nodes({ InstanceId: 'mi-1' });
    expect(await managedInstancesOn(ssm).hybridNodes()).toEqual(['mi-1']);
    expect(requests[0]?.request).toMatchObject({ Filters: [{ Key: 'ResourceType', Values: ['ManagedInstance'] }] });
  });
});

describe('a document', () => {
  const described = (DocumentVersion: string, Hash?: string) => ({
    DescribeDocument: () => ({
      Document: { Name: 'clear', DefaultVersion: '3', DocumentVersion, ...(Hash ? { Hash } : {}) },
    }),
    GetDocument: ({ DocumentVersion: asked }: Readonly<Record<string, unknown>>) => ({
      Content: JSON.stringify({ asked }),
    }),
  });

  test('is its default version, with the hash to pin and the content to compare', async () => {
    const { ssm } = stubbedSystemsManager(described('3', 'abc'));
    expect(await managedInstancesOn(ssm).document('clear')).toEqual({
      version: '3',
      hash: 'abc',
      content: { asked: '3' },
    });
  });

  test.each([
    ['whose default version is another', described('4', 'abc')],
    ['without a hash', described('3')],
  ])('%s is being changed and is not run', async (_, answers) => {
    const { ssm } = stubbedSystemsManager(answers);
    await expect(managedInstancesOn(ssm).document('clear')).rejects.toThrow(
      'Document clear is being changed; start again in a minute.',
    );
  });
});
