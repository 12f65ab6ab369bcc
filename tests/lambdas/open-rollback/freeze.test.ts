import { beforeEach, describe, expect, test } from 'vitest';
import { contentHash } from '../../../domain/content-hash.ts';
import { recordOf } from '../../../domain/history/record.ts';
import { anOpening, document, event, host, opening } from '../an-opening.ts';

let one: Awaited<ReturnType<typeof anOpening>>;
beforeEach(async () => {
  one = await anOpening();
});

describe('an opening', () => {
  test('freezes hosts, documents, and the hour before the start as row window', async () => {
    await one.open();
    expect(await one.stores.scopes.read('r-1')).toMatchObject({
      hosts: [
        { instance_id: 'i-1', name: 'host-1' },
        { instance_id: 'i-2', name: 'host-2' },
      ],
      documents: { 'rollback-test-clear': { version: '3', hash: 'abc' } },
      window_start: '2026-03-02T08:00:00Z',
    });
  });

  test('freezes once: a host that was added later is not included', async () => {
    await one.open();
    one.found = [host(1), host(2), host(3)];
    await one.open();
    expect((await one.stores.scopes.read('r-1'))?.hosts).toHaveLength(2);
    expect(one.listings).toBe(1);
  });
});

describe('an error that belongs to an existing record', () => {
  const failed = async (message: string) => {
    await expect(one.open()).rejects.toMatchObject({ name: 'Error', message });
    expect(await one.types()).toEqual(['Rollback opened', 'Decided']);
    expect(await one.stores.scopes.read('r-1')).toBeUndefined();
  };

  test('no host carries the tag', () => {
    one.found = [];
    return failed(
      'No host to roll back: 0 hosts belong to the fleet (tag rollback-fleet=trading), none of them is online in Systems Manager.',
    );
  });

  test('no host is online', () => {
    one.found = [host(1, { online: false })];
    return failed(
      'No host to roll back: 1 hosts belong to the fleet (tag rollback-fleet=trading), none of them is online in Systems Manager: host-1.',
    );
  });

  test.each([
    ['3.3.2745.9', '3.3.2745.9'],
    ['2.9.9999.0', '2.9.9999.0'],
    ['', 'none'],
    ['unknown', 'unknown'],
  ])('an agent of version "%s" is too old', (agent_version, shown) => {
    one.found = [host(1), host(2, { agent_version })];
    return failed(`The SSM agent must be 3.3.2746.0 or newer; found ${shown} on host-2. Update it and start again.`);
  });

  test('a document in the account is not the reviewed one', () => {
    one.stored = { mainSteps: ['something else'] };
    return failed(
      `Document rollback-test-clear is not the reviewed one: expected content ${contentHash(document).slice(0, 12)}…, found ${contentHash(one.stored).slice(0, 12)}… in its default version 3, and no other in its newest versions. See docs/runbook.md#document-not-reviewed, then start again.`,
    );
  });
});

test.each(['3.3.2746.0', '3.3.2747.0', '3.4.0.0', '4.0.0.0', '3.10.0.0'])(
  'accepts an agent of version %s',
  async (agent_version) => {
    one.found = [host(1, { agent_version })];
    await expect(one.open()).resolves.toMatchObject({ chain: { count: 3 } });
  },
);

describe('a tagged host that is not online', () => {
  beforeEach(() => {
    one.found = [host(1), host(2, { online: false, agent_version: '1.0.0.0' })];
  });

  test('is left out, and named in the record', async () => {
    await one.open();
    expect(recordOf(await one.events())).toMatchObject({ hosts: 1, hosts_not_online: ['host-2'] });
    expect(await one.stores.scopes.read('r-1')).toMatchObject({
      hosts: [{ instance_id: 'i-1' }],
      not_online: [{ name: 'host-2' }],
    });
  });
});

describe('a host that is away for a known reason', () => {
  const away = { online: false, agent_version: '' };

  test('is frozen with it, and the history has it', async () => {
    const deregistered = 'it was deregistered from Systems Manager';
    one.found = [
      host(1),
      host(2, { ...away, away: 'its instance is stopped' }),
      host(3, { ...away, away: deregistered, missing: true }),
    ];
    await one.open();
    expect((await one.stores.scopes.read('r-1'))?.not_online).toEqual([
      { instance_id: 'i-2', name: 'host-2', away: 'its instance is stopped' },
      { instance_id: 'i-3', name: 'host-3', away: deregistered, missing: true },
    ]);
    expect((await one.events()).find(({ type }) => type === 'Hosts frozen')?.detail).toMatchObject({
      not_online: ['host-2', 'host-3'],
      away: ['host-2 (its instance is stopped)', `host-3 (${deregistered})`],
    });
  });

  test('is named if no host is left to roll back', async () => {
    one.found = [host(1, { ...away, away: 'its instance is stopped' })];
    await expect(one.open()).rejects.toThrow(
      'No host to roll back: 1 hosts belong to the fleet (tag rollback-fleet=trading), none of them is online in Systems Manager: host-1 (its instance is stopped).',
    );
  });
});

describe('only_hosts', () => {
  const frozenHosts = async () => (await one.stores.scopes.read('r-1'))?.hosts.map(({ name }) => name);

  test.each(['host-2', 'i-2'])('%s: only that host is frozen, and the record names it', async (name) => {
    await one.open({ input: { only_hosts: [name] } });
    expect(await frozenHosts()).toEqual(['host-2']);
    expect(recordOf(await one.events())).toMatchObject({ hosts: 1, only_hosts: [name], hosts_not_online: [] });
  });

  test('keeps hosts of the phase that an earlier rollback could not reach and that are still away', async () => {
    const passedBy = { rollback: 'r-0', since: '2026-03-02T08:00:00.000Z', window_start: '2026-03-02T07:00:00Z' };
    for (const [phase, n] of [
      [1, 1],
      [1, 2],
      [2, 3],
    ] as const)
      await one.stores.unreached.keep({
        ...passedBy,
        severity: 'CRITICAL',
        phase,
        instance_id: `i-${n}`,
        name: `host-${n}`,
      });
    await one.open({ input: { only_hosts: ['host-2'] } });
    expect((await one.stores.scopes.read('r-1'))?.still_away).toEqual([{ instance_id: 'i-1', name: 'host-1' }]);
  });

  test('that are all offline leave no host to roll back', async () => {
    one.found = [host(1), host(2, { online: false })];
    await expect(one.open({ input: { only_hosts: ['host-2'] } })).rejects.toThrow(
      'No host to roll back: 1 hosts were named, none of them is online in Systems Manager: host-2.',
    );
  });
});

describe('the row window', () => {
  const later = async () => {
    one.status = 'FAILED'; // no rollback acts any more, so the next one does not join
    await one.open({
      execution: { ...opening.execution, id: 'arn:later', name: 'r-2', start_time: '2026-03-02T12:00:00.000Z' },
    });
    return one.stores.scopes.read('r-2');
  };

  test('begins at the newest deployment before the alarm, which is frozen with it', async () => {
    await one.stores.deployments.record(1, { version: 'v1.4.0', at: '2026-03-02T08:40:00.500Z' });
    await one.stores.deployments.record(1, { version: 'v1.5.0', at: '2026-03-02T09:00:00.000Z' });
    await one.open({ input: event() });
    expect(await one.stores.scopes.read('r-1')).toMatchObject({ window_start: '2026-03-02T08:40:00Z' });
    expect(recordOf(await one.events()).deployment).toEqual({ version: 'v1.4.0', at: '2026-03-02T08:40:00.500Z' });
  });

  test('of a rollback after one without a good ending begins where that one began', async () => {
    await one.open();
    expect(await later()).toMatchObject({ window_start: '2026-03-02T08:00:00Z' });
  });

  test('is a new one once the phase was rolled back', async () => {
    await one.open();
    await one.stores.rowWindow.end(1, '2026-03-02T09:10:00Z');
    expect(await later()).toMatchObject({ window_start: '2026-03-02T11:00:00Z' });
  });

  test('never includes rows from before the last good ending: those are sound', async () => {
    await one.open();
    await one.stores.rowWindow.end(1, '2026-03-02T11:30:00Z');
    expect(await later()).toMatchObject({ window_start: '2026-03-02T11:30:00Z' });
  });

  test('of a host that could not be reached is that of the rollback that missed it', async () => {
    await one.stores.rowWindow.end(1, '2026-03-02T11:30:00Z');
    const host = { phase: 1, instance_id: 'i-2', name: 'host-2', rollback: 'r-0', since: 'x' };
    await one.stores.unreached.keep({ ...host, window_start: '2026-03-02T07:00:00Z', severity: 'HIGH' });
    expect(await later()).toMatchObject({ window_start: '2026-03-02T07:00:00Z' });
  });
});
