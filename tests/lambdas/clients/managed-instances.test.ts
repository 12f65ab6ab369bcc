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
  /** A document whose versions have these contents; `deleted` and `creating` are none. */
  const stored = (contents: Readonly<Record<string, string>>, defaultVersion: string, hash: string | null = 'hash') => {
    const latest = Object.keys(contents).at(-1) ?? '';
    return stubbedSystemsManager({
      DescribeDocument: ({ DocumentVersion = defaultVersion }) => ({
        Document: {
          ...{ Name: 'clear', DefaultVersion: defaultVersion, LatestVersion: latest, DocumentVersion },
          ...(hash ? { Hash: `${hash}-${DocumentVersion}` } : {}),
        },
      }),
      GetDocument: ({ DocumentVersion }) => {
        const content = contents[String(DocumentVersion)] ?? 'deleted';
        if (content === 'deleted') return { __type: 'InvalidDocumentVersion', message: 'no such version' };
        return content === 'creating' ? { Status: 'Creating' } : { Status: 'Active', Content: content };
      },
    });
  };
  const isNew = (content: unknown) => content === 'new';
  const find = ({ ssm }: ReturnType<typeof stored>) => managedInstancesOn(ssm).document('clear', isNew);
  const [old, wanted] = ['"old"', '"new"'];

  test('is its default version, if that has the wanted content: two calls are enough', async () => {
    const one = stored({ 1: old, 2: old, 3: wanted }, '3');
    expect(await find(one)).toEqual({ version: '3', hash: 'hash-3', content: 'new' });
    expect(one.requests.map(({ action }) => action)).toEqual(['DescribeDocument', 'GetDocument']);
  });

  test.each<[string, Record<string, string>, string, string]>([
    ['the latest version, if CloudFormation left the default version behind', { 1: old, 2: wanted }, '1', '2'],
    ['an earlier version, if a person made newer ones', { 1: old, 2: wanted, 3: old, 4: old }, '4', '2'],
    ['found past versions that were deleted', { 1: wanted, 2: 'deleted', 3: old }, '3', '1'],
    ['found past a version that is still being created', { 1: old, 2: wanted, 3: 'creating' }, '1', '2'],
    ['found past a version that is not JSON', { 1: wanted, 2: 'schemaVersion: "2.2"' }, '2', '1'],
  ])('is %s', async (_, contents, defaultVersion, version) => {
    expect(await find(stored(contents, defaultVersion))).toEqual({ version, hash: `hash-${version}`, content: 'new' });
  });

  test('is its default version, if no version has the wanted content', async () => {
    expect(await find(stored({ 1: old, 2: '"other"' }, '1'))).toMatchObject({ version: '1', content: 'old' });
  });

  test('is looked for in its five newest versions and no further', async () => {
    const contents = { 1: wanted, 2: old, 3: old, 4: old, 5: old, 6: old };
    expect(await find(stored(contents, '6'))).toMatchObject({ version: '6', content: 'old' });
  });

  test('without a hash is being changed and is not run', async () => {
    await expect(find(stored({ 1: wanted }, '1', null))).rejects.toThrow(
      'Document clear is being changed; start again in a minute.',
    );
  });

  test('that may not be read is an error, and not another version', async () => {
    const { ssm } = stubbedSystemsManager({
      DescribeDocument: () => ({ Document: { DefaultVersion: '1', DocumentVersion: '1', Hash: 'a' } }),
      GetDocument: () => ({ __type: 'AccessDeniedException', message: 'no' }),
    });
    await expect(managedInstancesOn(ssm).document('clear', isNew)).rejects.toThrow('no');
  });

  test('is parsed once while its text stays the same, however many documents there are', async () => {
    const { ssm } = stubbedSystemsManager({
      DescribeDocument: () => ({ Document: { DefaultVersion: '1', DocumentVersion: '1', Hash: 'a' } }),
      GetDocument: ({ Name }) => ({ Status: 'Active', Content: JSON.stringify({ description: Name }) }),
    });
    const names = Array.from({ length: 100 }, (_, i) => `rollback-test-${i}`);
    const read = () =>
      Promise.all(names.map(async (one) => (await managedInstancesOn(ssm).document(one, () => true)).content));
    const [first, second] = [await read(), await read()];
    expect(second.filter((content, i) => content === first[i])).toHaveLength(100);
  });

  test('is parsed again if its text has changed', async () => {
    const read = (text: string) => find(stored({ 1: text }, '1'));
    expect([await read('"old"'), await read('"new"')]).toMatchObject([{ content: 'old' }, { content: 'new' }]);
  });
});
