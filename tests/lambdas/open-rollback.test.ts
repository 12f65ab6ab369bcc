import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, test } from 'vitest';
import type { AlarmTransition } from '../../domain/alarm-event.ts';
import { contentHash } from '../../domain/content-hash.ts';
import { firstBreak } from '../../domain/event.ts';
import { recordOf } from '../../domain/record.ts';
import type { FleetHost } from '../../lambdas/fleet.ts';
import { openRollback } from '../../lambdas/open-rollback/open-rollback.ts';
import { decidingStores, policy } from './deciding-stores.ts';
import { fleetStores } from './fleet-stores.ts';
import { emptyTables } from './tables.ts';

const document = { mainSteps: ['clear'] };
const host = (n: number, changes: Partial<FleetHost> = {}): FleetHost => ({
  instance_id: `i-${n}`,
  name: `host-${n}`,
  online: true,
  agent_version: '3.3.2746.0',
  ...changes,
});

const arn = 'arn:aws:states:eu-west-1:000000000000:execution:rollback-test-phase-1:r-1';
const opening = {
  execution: { id: arn, name: 'r-1', start_time: '2026-03-02T09:00:00.000Z', input: {} as unknown },
  phase: { number: 1, name: 'Databento Client' },
  target_version: 'v1',
  also_undone: [2, 3],
  fleet: 'trading',
  policy,
  documents: [{ name: 'rollback-test-clear', sha256: contentHash(document) }],
};

let stores: ReturnType<typeof madeStores>;
let status: string;
let red: string[];
let found: FleetHost[];
let stored: unknown;
let looks: number;

const madeStores = (db: DynamoDBDocumentClient) => ({
  ...decidingStores(db),
  ...fleetStores(db),
});

beforeEach(async () => {
  const { db } = await emptyTables();
  stores = madeStores(db);
  status = 'RUNNING';
  red = [];
  found = [host(1), host(2)];
  stored = document;
  looks = 0;
});

/** An alarm of phase 1 that is red. */
const redAlarm = (alarm: string): AlarmTransition => ({
  environment: 'test',
  phase: 1,
  trigger: 'data_corruption',
  alarm,
  state: 'ALARM',
  changed_at: '2026-03-02T08:40:00.000Z',
  reason: '',
  reason_data: null,
});

function open(changes: Partial<typeof opening> & { input?: unknown } = {}) {
  const { input = {}, ...rest } = changes;
  const fleet = {
    hosts: async () => {
      looks += 1;
      return found;
    },
    document: async () => ({ version: '3', hash: 'abc', content: stored }),
  };
  const needs = {
    ...stores,
    fleet,
    tag: { key: 'rollback-fleet', value: 'trading' },
    environment: 'test',
    stopCommands: async () => {},
    statusOf: async () => status,
    alarms: { notOk: async () => red.map(redAlarm) },
    now: () => Date.parse('2026-03-02T09:00:02.000Z'),
  };
  return openRollback(needs, { ...opening, ...rest, execution: { ...(rest.execution ?? opening.execution), input } });
}
const events = () => stores.history.events('r-1');
const types = async () => (await events()).map(({ type }) => type);

describe('opening with {}', () => {
  test('answers the rollback, named as its execution, and the end of its chain', async () => {
    const { rollback, chain } = await open();
    expect(rollback).toEqual({
      id: 'r-1',
      execution_arn: arn,
      phase: 1,
      fleet: 'trading',
      alarm: null,
      deadline: '2026-03-02T10:00:00.000Z',
    });
    expect(chain).toEqual({ count: 3, head: (await events()).at(-1)?.hash });
  });

  test('writes a record of a HIGH manual rollback that began with its execution', async () => {
    await open();
    expect(recordOf(await events())).toMatchObject({
      rollback_id: 'r-1',
      phase: 1,
      phase_name: 'Databento Client',
      trigger: 'manual',
      severity: 'HIGH',
      mode: 'live',
      start_time: '2026-03-02T09:00:00.000Z',
      hosts: 2,
      hosts_not_online: [],
      execution_arn: arn,
      fleet: 'trading',
      reason: null,
      operator: null,
    });
  });

  test('freezes hosts, documents, and the hour before the start as row window', async () => {
    await open();
    expect(await stores.frozen.read('r-1')).toMatchObject({
      hosts: [
        { instance_id: 'i-1', name: 'host-1' },
        { instance_id: 'i-2', name: 'host-2' },
      ],
      documents: { 'rollback-test-clear': { version: '3', hash: 'abc' } },
      window_start: '2026-03-02T08:00:00Z',
    });
  });
});

test('what a person says stands in the record', async () => {
  await open({ input: { severity: 'LOW', reason: 'bad fills', operator: 'ana' } });
  expect(recordOf(await events())).toMatchObject({ severity: 'LOW', reason: 'bad fills', operator: 'ana' });
});

test.each([
  ['CRITICAL', '09:15'],
  ['HIGH', '10:00'],
  ['MEDIUM', '13:00'],
  ['LOW', '13:00'],
])('the deadline of a %s rollback from nine is %s', async (severity, time) => {
  expect((await open({ input: { severity } })).rollback.deadline).toBe(`2026-03-02T${time}:00.000Z`);
});

describe('opening twice', () => {
  test('answers the same and tells each event once', async () => {
    const first = await open();
    expect(await open()).toEqual(first);
    expect(await types()).toEqual(['Rollback opened', 'Decided', 'Hosts frozen']);
    expect(firstBreak(await events())).toBeUndefined();
  });

  test('freezes once: a host that came later is not in it', async () => {
    await open();
    found = [host(1), host(2), host(3)];
    await open();
    expect((await stores.frozen.read('r-1'))?.hosts).toHaveLength(2);
    expect(looks).toBe(1);
  });

  test('at once freezes once and tells each event once', async () => {
    await Promise.all([open(), open()]);
    expect(await types()).toEqual(['Rollback opened', 'Decided', 'Hosts frozen']);
  });
});

describe('refused as invalid input, with nothing written', () => {
  test.each([
    ['an unknown key', { input: { sevrity: 'LOW' } }, 'Unknown input key "sevrity". Did you mean "severity"?'],
    [
      'a mode that is not built',
      { input: { mode: 'simulate' } },
      'mode "simulate" is not built yet, and is never run as live.',
    ],
    [
      'a name that is no folder name',
      { execution: { ...opening.execution, name: 'my rollback!' } },
      `The execution's name becomes the rollback id and may hold letters, digits and . _ - only; found "my rollback!". Start again without a name.`,
    ],
    [
      'a name that leads up a folder',
      { execution: { ...opening.execution, name: '..' } },
      'found "..". Start again without a name.',
    ],
  ])('%s', async (_, changes, message) => {
    await expect(open(changes)).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringContaining(message),
    });
    expect(await events()).toEqual([]);
    expect(looks).toBe(0);
  });

  test('a name that another execution has taken', async () => {
    await open();
    const other = { ...opening.execution, id: arn.replace('phase-1', 'phase-2') };
    await expect(open({ execution: other })).rejects.toMatchObject({
      name: 'InvalidInput',
      message: `r-1 is already the id of ${arn}. Start again without a name.`,
    });
    expect(await types()).toEqual(['Rollback opened', 'Decided', 'Hosts frozen']);
  });
});

describe('an error that finds a record to belong to', () => {
  const failed = async (message: string) => {
    await expect(open()).rejects.toMatchObject({ name: 'Error', message });
    expect(await types()).toEqual(['Rollback opened', 'Decided']);
    expect(await stores.frozen.read('r-1')).toBeUndefined();
  };

  test('no host carries the tag', () => {
    found = [];
    return failed(
      'No host to roll back: 0 hosts carry the tag rollback-fleet=trading, none of them is online in Systems Manager.',
    );
  });

  test('no host is online', () => {
    found = [host(1, { online: false })];
    return failed(
      'No host to roll back: 1 hosts carry the tag rollback-fleet=trading, none of them is online in Systems Manager.',
    );
  });

  test.each([
    ['3.3.2745.9', '3.3.2745.9'],
    ['2.9.9999.0', '2.9.9999.0'],
    ['', 'none'],
    ['unknown', 'unknown'],
  ])('an agent of version "%s" is too old', (agent_version, shown) => {
    found = [host(1), host(2, { agent_version })];
    return failed(`The SSM agent must be 3.3.2746.0 or newer; found ${shown} on host-2. Update it and start again.`);
  });

  test('a document in the account is not the reviewed one', () => {
    stored = { mainSteps: ['something else'] };
    return failed(
      `Document rollback-test-clear version 3 is not the reviewed one: expected content ${contentHash(document).slice(0, 12)}…, found ${contentHash(stored).slice(0, 12)}…. Deploy again, then start again.`,
    );
  });
});

test.each(['3.3.2746.0', '3.3.2747.0', '3.4.0.0', '4.0.0.0', '3.10.0.0'])(
  'an agent of version %s will do',
  async (agent_version) => {
    found = [host(1, { agent_version })];
    await expect(open()).resolves.toMatchObject({ chain: { count: 3 } });
  },
);

describe('a tagged host that is not online', () => {
  beforeEach(() => {
    found = [host(1), host(2, { online: false, agent_version: '1.0.0.0' })];
  });

  test('is left out, and named in the record', async () => {
    await open();
    expect(recordOf(await events())).toMatchObject({ hosts: 1, hosts_not_online: ['host-2'] });
    expect(await stores.frozen.read('r-1')).toMatchObject({
      hosts: [{ instance_id: 'i-1' }],
      not_online: [{ name: 'host-2' }],
    });
  });
});

describe('only_hosts', () => {
  const frozenHosts = async () => (await stores.frozen.read('r-1'))?.hosts.map(({ name }) => name);

  test.each(['host-2', 'i-2'])('%s: only that host is frozen, and the record says so', async (name) => {
    await open({ input: { only_hosts: [name] } });
    expect(await frozenHosts()).toEqual(['host-2']);
    expect(recordOf(await events())).toMatchObject({ hosts: 1, only_hosts: [name], hosts_not_online: [] });
  });

  test('a host without the tag is refused before anything is written, with the hosts that have it', async () => {
    await expect(open({ input: { only_hosts: ['host-2', 'host-7'] } })).rejects.toMatchObject({
      name: 'InvalidInput',
      message:
        'only_hosts names host-7, which does not carry the tag rollback-fleet=trading. Tagged: host-1, host-2. Nothing was changed.',
    });
    expect(await events()).toEqual([]);
  });

  test('that are all offline are no hosts to roll back', async () => {
    found = [host(1), host(2, { online: false })];
    await expect(open({ input: { only_hosts: ['host-2'] } })).rejects.toThrow(
      'No host to roll back: 1 hosts were named, none of them is online in Systems Manager.',
    );
  });
});

test('an opening that died after the record is finished by the next one', async () => {
  const keep = async () => {
    throw new Error('killed');
  };
  const whole = stores;
  stores = { ...whole, frozen: { ...whole.frozen, keep } };
  await expect(open()).rejects.toThrow('killed');
  stores = whole;
  await open();
  expect(await types()).toEqual(['Rollback opened', 'Decided', 'Hosts frozen']);
});

describe('the row window', () => {
  test('of a rollback after one that came to no good end begins where that one began', async () => {
    await open();
    status = 'FAILED'; // nobody acts any more, so the next one does not join
    const later = { ...opening.execution, id: 'arn:later', name: 'r-2', start_time: '2026-03-02T12:00:00.000Z' };
    await open({ execution: later });
    expect(await stores.frozen.read('r-2')).toMatchObject({ window_start: '2026-03-02T08:00:00Z' });
  });

  const later = async () => {
    status = 'FAILED'; // nobody acts any more, so the next one does not join
    await open({
      execution: { ...opening.execution, id: 'arn:later', name: 'r-2', start_time: '2026-03-02T12:00:00.000Z' },
    });
    return stores.frozen.read('r-2');
  };

  test('begins anew once the phase was rolled back', async () => {
    await open();
    await stores.rowWindow.end(1, '2026-03-02T09:10:00Z');
    expect(await later()).toMatchObject({ window_start: '2026-03-02T11:00:00Z' });
  });

  test('never takes rows from before the last good end: those are sound', async () => {
    await open();
    await stores.rowWindow.end(1, '2026-03-02T11:30:00Z');
    expect(await later()).toMatchObject({ window_start: '2026-03-02T11:30:00Z' });
  });

  test('of a host that was passed by is that of the rollback that passed it by', async () => {
    await stores.rowWindow.end(1, '2026-03-02T11:30:00Z');
    const host = { phase: 1, instance_id: 'i-2', name: 'host-2', rollback: 'r-0', since: 'x' };
    await stores.unreached.keep({ ...host, window_start: '2026-03-02T07:00:00Z' });
    expect(await later()).toMatchObject({ window_start: '2026-03-02T07:00:00Z' });
  });
});

const changedAt = '2026-03-02T08:59:59.000+0000';
const alarm = 'rollback-test-phase-1-data_corruption';
const event = (timestamp = changedAt) => ({
  source: 'aws.cloudwatch',
  'detail-type': 'CloudWatch Alarm State Change',
  resources: ['arn:x'],
  detail: { alarmName: alarm, state: { value: 'ALARM', reason: 'Threshold Crossed', timestamp } },
});

describe('opening with an alarm', () => {
  test("is a rollback of the trigger's severity, whose limit counts from the alarm's change", async () => {
    await stores.deployments.record(1, { version: 'v1.4.0', at: '2026-03-02T08:40:00.000Z' });
    const { decision, rollback } = await open({ input: event() });
    expect([decision, rollback.alarm, rollback.deadline]).toEqual(['act', alarm, '2026-03-02T09:14:59.000Z']);
    expect(recordOf(await events())).toMatchObject({
      trigger: 'data_corruption',
      severity: 'CRITICAL',
      start_time: '2026-03-02T08:59:59.000Z',
      alarm: { name: alarm, changed_at: '2026-03-02T08:59:59.000Z' },
    });
  });

  test('freezes the row window at the newest deployment before it, and the deployment with it', async () => {
    await stores.deployments.record(1, { version: 'v1.4.0', at: '2026-03-02T08:40:00.500Z' });
    await stores.deployments.record(1, { version: 'v1.5.0', at: '2026-03-02T09:00:00.000Z' });
    await open({ input: event() });
    expect(await stores.frozen.read('r-1')).toMatchObject({ window_start: '2026-03-02T08:40:00Z' });
    expect(recordOf(await events()).deployment).toEqual({ version: 'v1.4.0', at: '2026-03-02T08:40:00.500Z' });
  });
});

describe('an opening that has nothing to do', () => {
  const stale = event('2026-03-02T08:50:00.000+0000');

  test('is a record with its ending, sealed, that froze nothing', async () => {
    expect(await open({ input: stale })).toMatchObject({ decision: 'Stale alarm ignored', chain: { count: 3 } });
    expect(await types()).toEqual(['Rollback opened', 'Rollback closed', 'Sealed']);
    expect(recordOf(await events())).toMatchObject({ ending: 'Stale alarm ignored', hosts: null });
    expect(looks).toBe(0);
  });

  test('answers the same when it is asked again, whatever has become of the alarm', async () => {
    await open({ input: stale });
    red = [alarm];
    expect(await open({ input: stale })).toMatchObject({ decision: 'Stale alarm ignored' });
    expect(await types()).toEqual(['Rollback opened', 'Rollback closed', 'Sealed']);
  });

  test('joined a live rollback, and joins it still when that one has ended meanwhile', async () => {
    await stores.history.append('r-0', {
      id: 'rollback-opened',
      type: 'Rollback opened',
      at: '2026-03-02T08:59:00.000Z',
      detail: { execution_arn: 'arn:r-0', phase: 1, start_time: '2026-03-02T08:59:00.000Z' },
    });
    const acts = { decision: 'act', why: [] };
    await stores.history.append('r-0', {
      id: 'decided/1',
      type: 'Decided',
      at: '2026-03-02T08:59:01.000Z',
      detail: acts,
    });
    await stores.claims.open(1, { rollback: 'r-0', execution_arn: 'arn:r-0' });
    expect(await open()).toMatchObject({ decision: 'Joined the active rollback' });
    await stores.claims.close(1, 'r-0');
    expect(await open()).toMatchObject({ decision: 'Joined the active rollback' });
  });
});

describe('opening a plan', () => {
  test('freezes hosts and documents as for a rollback, and answers plan', async () => {
    expect((await open({ input: { mode: 'plan' } })).decision).toBe('plan');
    expect((await stores.frozen.read('r-1'))?.hosts.map(({ name }) => name)).toEqual(['host-1', 'host-2']);
    expect(recordOf(await events())).toMatchObject({ mode: 'plan', ending: null, hosts: 2 });
  });

  test('takes no claim on the phase, and joins no rollback that has it', async () => {
    await open({ input: { mode: 'plan' } });
    expect(await stores.claims.opened(1)).toBeUndefined();
    const live = { rollback: 'live', execution_arn: 'arn:live' };
    await stores.claims.open(1, live);
    expect((await open({ input: { mode: 'plan' } })).decision).toBe('plan');
    expect(await stores.claims.opened(1)).toMatchObject(live);
  });

  test('keeps no row window: the next rollback has its own', async () => {
    await open({ input: { mode: 'plan' } });
    expect((await stores.frozen.read('r-1'))?.window_start).toBe('2026-03-02T08:00:00Z');
    expect(await stores.rowWindow.from(1, '2026-03-02T08:30:00Z', 'r-2')).toBe('2026-03-02T08:30:00Z');
  });
});
