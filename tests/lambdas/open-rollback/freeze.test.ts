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
      'No host to roll back: 1 host belongs to the fleet (tag rollback-fleet=trading), none of them is online in Systems Manager: host-1.',
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
    await expect(one.open()).resolves.toMatchObject({ chain: { count: 4 } });
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
      'No host to roll back: 1 host belongs to the fleet (tag rollback-fleet=trading), none of them is online in Systems Manager: host-1 (its instance is stopped).',
    );
  });
});

describe('if no host is online when a rollback is to act', () => {
  const stopped = { online: false, agent_version: '', away: 'its instance is stopped' };
  const owed = async (input: object = {}) => {
    one.found = [host(1, stopped), host(2, stopped)];
    await expect(one.open({ input })).rejects.toThrow('No host to roll back');
    return one.stores.unreached.all();
  };

  test('each host is owed the rollback, with the severity and the row window of this one', async () => {
    const of = { phase: 1, rollback: 'r-1', severity: 'HIGH', window_start: '2026-03-02T08:00:00Z' };
    expect(await owed()).toMatchObject([
      { ...of, instance_id: 'i-1', name: 'host-1' },
      { ...of, instance_id: 'i-2', name: 'host-2' },
    ]);
  });

  test('only the hosts that were named are owed it', async () => {
    expect(await owed({ only_hosts: ['host-2'] })).toMatchObject([{ name: 'host-2' }]);
  });

  test('a host that was owed an earlier rollback keeps its rows and its commit', async () => {
    const earlier = { window_start: '2026-03-02T07:00:00Z', target_commit: 'a'.repeat(40) };
    await one.stores.unreached.keep({
      ...earlier,
      ...{ phase: 1, rollback: 'r-0', since: '2026-03-02T08:00:00.000Z', severity: 'CRITICAL' },
      ...{ instance_id: 'i-1', name: 'host-1' },
    });
    expect(await owed({ only_hosts: ['host-1'] })).toMatchObject([{ ...earlier, rollback: 'r-1' }]);
  });

  test('a plan owes nothing', async () => {
    expect(await owed({ mode: 'plan' })).toEqual([]);
  });

  test('an alarm that must be confirmed by a person owes nothing: nobody has decided', async () => {
    one.found = [host(1, stopped)];
    await expect(one.open({ input: event() })).rejects.toThrow('No host to roll back');
    expect(recordOf(await one.events()).decided?.decision).toMatch(/^ask/);
    expect(await one.stores.unreached.all()).toEqual([]);
  });
});

describe('a rollback that completes an earlier one', () => {
  const passedBy = { since: '2026-03-02T08:00:00.000Z', window_start: '2026-03-02T07:00:00Z', phase: 1 };
  const owe = (n: number, target_commit: string) =>
    one.stores.unreached.keep({
      ...{ ...passedBy, rollback: 'r-0', severity: 'CRITICAL', target_commit },
      ...{ instance_id: `i-${n}`, name: `host-${n}` },
    });
  const frozenCommit = async (input: object) => {
    await one.open({ input });
    return (await one.stores.scopes.read('r-1'))?.target_commit;
  };
  beforeEach(() => owe(2, 'a'.repeat(40)));

  test('restores its hosts to the commit of the others, and the history names it', async () => {
    expect(await frozenCommit({ only_hosts: ['host-2'] })).toBe('a'.repeat(40));
    expect((await one.events()).find(({ type }) => type === 'Hosts frozen')?.detail).toMatchObject({
      target_commit: 'a'.repeat(40),
    });
  });

  test.each([
    ['of another host too', { only_hosts: ['host-1', 'host-2'] }],
    ['of the whole fleet', {}],
  ])('but not one %s: tags move with releases', async (_, input) => {
    expect(await frozenCommit(input)).toBeUndefined();
  });

  test('nor one of hosts that were left at different commits', async () => {
    await owe(1, 'b'.repeat(40));
    expect(await frozenCommit({ only_hosts: ['host-1', 'host-2'] })).toBeUndefined();
  });
});

describe('only_hosts', () => {
  const frozenHosts = async () => (await one.stores.scopes.read('r-1'))?.hosts.map(({ name }) => name);

  test.each(['host-2', 'i-2'])('%s: only that host is frozen, and the record names it', async (name) => {
    await one.open({ input: { only_hosts: [name] } });
    expect(await frozenHosts()).toEqual(['host-2']);
    expect(recordOf(await one.events())).toMatchObject({ hosts: 1, only_hosts: [name], hosts_not_online: [] });
    const frozen = (await one.events()).find(({ type }) => type === 'Hosts frozen');
    expect(frozen?.detail['hosts_not_named']).toBe(one.found.length - 1);
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
      'No host to roll back: 1 host was named, none of them is online in Systems Manager: host-2.',
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
