import { expect, test } from 'vitest';
import type { FleetHost, Inventory } from '../../../domain/host/inventory.ts';
import { rememberHosts } from '../../../lambdas/reconcile/remember-hosts.ts';
import { seenHostsIn } from '../../../lambdas/stores/seen-hosts.ts';
import { emptyTables } from '../tables.ts';

const host = (instance_id: string, more: Partial<FleetHost> = {}): FleetHost => ({
  instance_id,
  name: `host-${instance_id}`,
  online: true,
  agent_version: '3.3.2746.0',
  ...more,
});
const missing = { online: false, missing: true } as const;

/** Remembers inventories, each read at an instant, in one table. */
async function remembering() {
  const { db } = await emptyTables();
  const seenHosts = seenHostsIn(db, 'state');
  return {
    at: (instant: string, inventory: Partial<Inventory>) =>
      rememberHosts({
        seenHosts,
        inventory: async () => ({ hosts: [], gone: [], complete: true, ...inventory }),
        now: () => Date.parse(instant),
      }),
    seen: async () => (await seenHosts.all()).map(({ name, seen_at }) => `${name} ${seen_at.slice(0, 16)}`),
  };
}

test('hosts are stored with the instant, also those that are not online', async () => {
  const { at, seen } = await remembering();
  await at('2026-03-02T09:00:20Z', { hosts: [host('i-1'), host('mi-2', { online: false })] });
  expect(await seen()).toEqual(['host-i-1 2026-03-02T09:00', 'host-mi-2 2026-03-02T09:00']);
});

test('the inventory is read in one minute of five', async () => {
  const { at, seen } = await remembering();
  await at('2026-03-02T09:01:20Z', { hosts: [host('i-1')] });
  await at('2026-03-02T09:04:20Z', { hosts: [host('i-1')] });
  expect(await seen()).toEqual([]);
  await at('2026-03-02T09:05:20Z', { hosts: [host('i-1')] });
  expect(await seen()).toEqual(['host-i-1 2026-03-02T09:05']);
});

test.each([
  ['is not stored again within the hour', '2026-03-02T09:55:00Z', {}, 'host-i-1 2026-03-02T09:00'],
  ['is stored again after an hour', '2026-03-02T10:00:00Z', {}, 'host-i-1 2026-03-02T10:00'],
  ['is stored again under a new name', '2026-03-02T09:05:00Z', { name: 'new' }, 'new 2026-03-02T09:05'],
  ['is not stored again while it is missing', '2026-03-02T10:00:00Z', missing, 'host-i-1 2026-03-02T09:00'],
])('a host %s', async (_, instant, more, expected) => {
  const { at, seen } = await remembering();
  await at('2026-03-02T09:00:00Z', { hosts: [host('i-1')] });
  await at(instant, { hosts: [host('i-1', more)] });
  expect(await seen()).toEqual([expected]);
});

test('a terminated host is forgotten', async () => {
  const { at, seen } = await remembering();
  await at('2026-03-02T09:00:00Z', { hosts: [host('i-1')] });
  await at('2026-03-02T09:05:00Z', { gone: ['i-1'] });
  expect(await seen()).toEqual([]);
});

test('a host that was not seen for more than a week is forgotten', async () => {
  const { at, seen } = await remembering();
  await at('2026-03-02T09:00:00Z', { hosts: [host('mi-1')] });
  await at('2026-03-09T09:05:00Z', {});
  expect(await seen()).toEqual([]);
});

test('an inventory without EC2 is an error, and nothing is forgotten', async () => {
  const { at, seen } = await remembering();
  await at('2026-03-02T09:00:00Z', { hosts: [host('i-1')] });
  await expect(at('2026-03-02T09:05:00Z', { complete: false })).rejects.toThrow(
    'EC2 did not list the instances, so the inventory knows no stopped host.',
  );
  expect(await seen()).toHaveLength(1);
});
