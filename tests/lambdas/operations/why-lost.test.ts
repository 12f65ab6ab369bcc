import { expect, test, vi } from 'vitest';
import type { Ec2Instance, ManagedHost } from '../../../domain/host/inventory.ts';
import { whyLostIn } from '../../../lambdas/operations/why-lost.ts';

const node = 'mi-00000000000000009';
const lost = (instance_id: string) => ({ host: { instance_id, name: `host-${instance_id}` }, reason: 'refused' });
const online = (instance_id: string): ManagedHost => ({
  ...{ instance_id, name: `host-${instance_id}`, online: true, agent_version: '3.3.2746.0' },
});

type World = {
  managed?: ManagedHost[];
  instances?: Ec2Instance[];
  existing?: string[];
  nodes?: string[];
  fails?: Error;
};
/** Returns the reason why a host was lost, as EC2 and Systems Manager know it. */
async function why(instance_id: string, { managed = [], instances = [], existing = [], nodes = [], fails }: World) {
  const whyLost = whyLostIn({
    managedInstances: {
      hosts: async () => {
        if (fails) throw fails;
        return managed;
      },
      hybridNodes: async () => nodes,
    },
    ec2Instances: { withTag: async () => instances, existing: async () => existing },
    tag: { key: 'rollback-fleet', value: 'trading' },
    now: () => Date.parse('2026-03-02T09:00:00Z'),
  });
  return (await whyLost([lost(instance_id)])).map(({ reason }) => reason);
}

test.each<[string, string, World, string]>([
  ['a terminated instance', 'i-1', {}, 'left the fleet: its instance was terminated'],
  [
    'a terminated instance that Systems Manager still lists as online',
    'i-1',
    { managed: [online('i-1')] },
    'left the fleet: its instance was terminated',
  ],
  [
    'a stopped instance',
    'i-1',
    { instances: [{ instance_id: 'i-1', name: 'ip-1', state: 'stopped' }] },
    'left the fleet: its instance is stopped',
  ],
  [
    'an instance that is being stopped',
    'i-1',
    { managed: [online('i-1')], instances: [{ instance_id: 'i-1', name: 'ip-1', state: 'stopping' }] },
    'left the fleet: its instance is stopping',
  ],
  [
    'an instance without the tag',
    'i-1',
    { existing: ['i-1'] },
    "left the fleet: it no longer carries the fleet's tag; it is missed until 2026-03-03T09:00Z",
  ],
  [
    'a node without the tag',
    node,
    { nodes: [node] },
    "left the fleet: it no longer carries the fleet's tag; it is missed until 2026-03-03T09:00Z",
  ],
  ['a deregistered node', node, {}, 'left the fleet: it was deregistered from Systems Manager'],
  [
    'an instance that runs with its tag: nothing explains the refusal',
    'i-1',
    { managed: [online('i-1')], instances: [{ instance_id: 'i-1', name: 'ip-1', state: 'running' }] },
    'refused',
  ],
])('%s', async (_, instanceId, world, reason) => {
  expect(await why(instanceId, world)).toEqual([reason]);
});

test('a host keeps the reason of the refusal if the inventory cannot be read', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  expect(await why('i-1', { fails: new Error('throttled') })).toEqual(['refused']);
  expect(warn).toHaveBeenCalledWith('Why hosts left the fleet is not known: throttled');
  warn.mockRestore();
});
