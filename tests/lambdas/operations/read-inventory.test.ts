import { beforeEach, expect, test, vi } from 'vitest';
import type { Ec2Instance, ManagedHost, SeenHost } from '../../../domain/host/inventory.ts';
import { type InventoryDeps, readInventory } from '../../../lambdas/operations/read-inventory.ts';

const now = '2026-03-02T09:00:00.000Z';
const node = 'mi-00000000000000002';
const managed: ManagedHost[] = [{ instance_id: 'i-1', name: 'host-1', online: true, agent_version: '3.3.2746.0' }];
const stopped: Ec2Instance = { instance_id: 'i-2', name: 'ip-10-0-0-2', state: 'stopped' };
const seen = (instance_id: string, seen_at = now): SeenHost => ({ instance_id, name: `was-${instance_id}`, seen_at });

let asked: string[][];
beforeEach(() => {
  asked = [];
});
function read(
  changes: { instances?: Ec2Instance[]; seen?: SeenHost[]; existing?: string[]; nodes?: string[] } | Error,
) {
  const given = changes instanceof Error ? {} : changes;
  const answer = <Result>(found: Result) => {
    if (changes instanceof Error) throw changes;
    return found;
  };
  const deps: InventoryDeps = {
    managedInstances: {
      hosts: async () => managed,
      hybridNodes: async () => {
        asked.push(['hybrid nodes']);
        return given.nodes ?? [];
      },
    },
    ec2Instances: {
      withTag: async () => answer([{ instance_id: 'i-1', name: 'a', state: 'running' }, ...(given.instances ?? [])]),
      existing: async (ids) => {
        asked.push([...ids]);
        return answer(given.existing ?? []);
      },
    },
    seenHosts: { all: async () => given.seen ?? [seen('i-1'), seen('i-2')] },
    tag: { key: 'rollback-fleet', value: 'trading' },
    now: () => Date.parse(now),
  };
  return readInventory(deps);
}
const away = async (changes: Parameters<typeof read>[0]) =>
  (await read(changes)).hosts.filter(({ online }) => !online).map(({ instance_id, away }) => [instance_id, away]);

test('a stopped instance is in the inventory, and not online', async () => {
  expect(await away({ instances: [stopped] })).toEqual([['i-2', 'its instance is stopped']]);
});

test('a hybrid node that was seen and is not listed was deregistered', async () => {
  expect(await away({ seen: [seen(node)] })).toEqual([[node, 'it was deregistered from Systems Manager']]);
});

test('hosts that were seen and are not listed are looked for without the tag, nodes and instances each in their service', async () => {
  const tagLess = expect.stringContaining("it no longer carries the fleet's tag; it is missed until ");
  expect(await away({ seen: [seen(node), seen('i-2'), seen('i-3')], nodes: [node], existing: ['i-2'] })).toEqual([
    ['i-2', tagLess],
    [node, tagLess],
  ]);
  expect(asked).toEqual([['hybrid nodes'], ['i-2', 'i-3']]);
});

test('nothing is looked for if every seen host is listed', async () => {
  await read({ seen: [seen('i-1')] });
  expect(asked).toEqual([]);
});

test('a host that nobody has seen for more than a week is not missed', async () => {
  expect(await away({ seen: [seen(node, '2026-02-23T08:59:59.000Z')] })).toEqual([]);
});

test('without EC2 the hosts of Systems Manager are there, and a seen one that it does not list is named', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const { hosts, complete } = await read(new Error('RequestLimitExceeded'));
  expect(hosts.map(({ name, online }) => [name, online])).toEqual([
    ['host-1', true],
    ['was-i-2', false],
  ]);
  expect(complete).toBe(false);
  expect(warn).toHaveBeenCalledWith('The inventory is without EC2: Error: RequestLimitExceeded');
  warn.mockRestore();
});

test.each([
  [
    'refuses',
    { name: 'UnauthorizedOperation', $metadata: { httpStatusCode: 403 } },
    'EC2 refused (UnauthorizedOperation)',
  ],
  ['fails', { name: 'Unavailable', $metadata: { httpStatusCode: 503 } }, 'EC2 did not respond'],
  ['sends no response', { name: 'TimeoutError' }, 'EC2 did not respond'],
])('the reason says what EC2 did if it %s', async (_, error, found) => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  expect(await away(Object.assign(new Error('no'), error))).toEqual([
    ['i-2', `Systems Manager does not list it, and ${found}`],
  ]);
  warn.mockRestore();
});
