import { beforeEach, describe, expect, test } from 'vitest';
import { contentHash } from '../../../domain/content-hash.ts';
import { documentsHash } from '../../../domain/drill/drill.ts';
import type { Preparation } from '../../../domain/prepare/preparation.ts';
import type { Readiness } from '../../../domain/ready/readiness.ts';
import { checkReadiness } from '../../../lambdas/check-readiness/check-readiness.ts';
import type { ReadinessDeps } from '../../../lambdas/check-readiness/deps.ts';
import { brakesIn } from '../../../lambdas/stores/brakes.ts';
import { deploymentsIn } from '../../../lambdas/stores/deployments.ts';
import { preparationsIn } from '../../../lambdas/stores/preparations.ts';
import { contactsIn, readinessIn } from '../../../lambdas/stores/readiness.ts';
import { openedRollback, START } from '../opened-rollback.ts';
import { says } from '../scripted-hosts.ts';

const content = { mainSteps: ['ready'] };
const documents = [{ name: 'rollback-test-ready', sha256: contentHash(content) }];
const here = 'a'.repeat(40);
const tag = 'rollback/phase-1/before-v1.5.0';
const contacts = { L1: 'a', L2: 'b', L3: 'c', L4: 'd' };
const at = '2026-03-02T08:00:00.000Z';
const fleet = [1, 2, 3].map((n) => ({
  ...{ instance_id: `i-${n}`, name: `host-${n}`, online: true, agent_version: '3.3.2746.0' },
}));
const phase = {
  phase: 1,
  command: {
    ...{ id: 'ready-phase-1', name: 'Check readiness', document: 'rollback-test-ready' },
    ...{ timeout_seconds: 900, attempt_seconds: 990 },
    parameters: { Step: 'ready-phase-1', Kind: 'check', Mode: 'plan', Target: 'v1' },
  },
  ...{ target: 'v1', also_undone: [], forbidden: [], steps: [], documents, alarms: ['data_corruption'] },
};
const preparation: Preparation = {
  ...{ phase: 1, version: 'v1.5.0', state: 'prepared', tag, commit: here, begun_at: at, by: 'arn' },
  hosts: fleet.map(({ instance_id, name }) => ({ instance_id, name, manifest: 'm', configuration: 'c' })),
};

let opened: Awaited<ReturnType<typeof openedRollback>>;
let counted: number;
let changes: Partial<ReadinessDeps>;
beforeEach(async () => {
  opened = await openedRollback(2);
  await opened.deps.locks.free('trading', 'r-1', opened.fence);
  counted = 0;
  changes = {};
  await preparationsIn(opened.tables.db, 'state').put(preparation);
  answering();
});

const stores = () => readinessIn(opened.tables.db, 'state');
const deps = (): ReadinessDeps => {
  const { db } = opened.tables;
  const managedInstances = {
    hosts: async () => fleet,
    document: async () => ({ version: '3', hash: 'abc', content }),
  };
  return {
    ...opened.deps,
    ...{
      environment: 'test',
      ages: { drill_days: 30, contacts_days: 90, trust_days: 90, load_days: 30 },
      contacts,
      machines: { look: 'h' },
    },
    ...{ tag: { key: 'a', value: 'b' }, managedInstances },
    trustEvidence: { needed: false, oldest: null },
    loadTests: { needed: false, read: async () => undefined },
    canary: [],
    knownDocuments: { checked: async () => ({}), listed: async () => new Map() },
    readBrakes: brakesIn(db, 'state').read,
    preparations: preparationsIn(db, 'state'),
    deployments: deploymentsIn(db, 'state'),
    readiness: stores(),
    confirmedContacts: { read: async () => ({ operator: 'ana', at, contacts: contentHash(contacts), by: 'arn' }) },
    lastDrill: async () => ({ rollback: 'd-1', at, documents: documentsHash(documents) }),
    drills: async () => ({ held: [], open: [], since: undefined }),
    subscriptions: async () => [{ protocol: 'sms', endpoint: '+44', confirmed: true }],
    definitions: async () => ({ look: 'h' }),
    quotas: async () => ({ unreserved: 900, codeBytes: 100, usedBytes: 1 }),
    alarmStates: async () => ({ 'rollback-test-phase-1-data_corruption': 'OK' }),
    countNotReady: async () => {
      counted += 1;
    },
    ...changes,
  };
};
const check = (input: unknown = {}, name = 'one') =>
  checkReadiness(
    deps(),
    { execution: { id: `arn:${name}`, name, start_time: START, input }, fleet: 'trading', phases: [phase], documents },
    () => 300_000,
  );

/** Hosts that report that they are ready; `given`: by instance id, the fields that are otherwise. */
const answering = (given: Readonly<Record<string, object>> = {}) =>
  opened.hosts.reactWith((host, { Parameters = {} }) => {
    const now = opened.deps.now() / 1000;
    const report = {
      ...{
        began: now,
        ended: now,
        version: 'v1.4.0',
        commit: here,
        tagged: here,
        target: here,
        manifest: 'm',
        backup: 'ok',
      },
      ...{ databases: { count: 1, rows: 5 }, configuration: 'ok', files: 2, free_bytes: 2e9, needed_bytes: 1e9 },
      ...given[host],
    };
    return { stdout: says('done', Parameters, { report }) };
  });
const lines = (found: Readiness | undefined) => Object.fromEntries((found?.lines ?? []).map((line) => [line.id, line]));
const wrong = (found: Readiness | undefined) =>
  (found?.lines ?? []).filter(({ ready }) => !ready).map(({ id, evidence }) => [id, evidence]);

describe('a fleet and an account that are right', () => {
  test('are ready, and every line has evidence', async () => {
    expect(await check()).toMatchObject({ state: 'ready', problem: null, phases: [{ phase: 1, version: 'v1.5.0' }] });
    const stored = await stores().read(1);
    expect(wrong(stored)).toEqual([]);
    expect(stored).toMatchObject({ light: false, by: 'arn:one', report_id: 'ready_one', asked: ['i-1', 'i-2', 'i-3'] });
    expect(counted).toBe(0);
  });

  test('are answered to the execution that asked about one phase, because a later check may be stored before that is read', async () => {
    const { answers } = await check({ phase: 1 });
    await check({}, 'later');
    expect(answers).toMatchObject({ by: 'arn:one', phase: 1, version: 'v1.5.0', state: 'ready' });
  });

  test('asked for the canary group alone, take no place of the answers about the phase', async () => {
    await check();
    await check({ phase: 1, canary: true }, 'of-the-group');
    expect(await stores().read(1)).toMatchObject({ by: 'arn:one' });
  });

  test('are asked in a plan, as a check, with the folder of the copies', async () => {
    await check();
    expect(opened.hosts.sent.map(({ Parameters }) => Parameters)).toMatchObject([
      {
        ...{ Mode: ['plan'], Kind: ['check'], Tag: [tag], Preparation: ['phase-1/v1.5.0'] },
        Begun: ['20260302T080000Z'],
      },
    ]);
  });

  test('take no lock, and each host reports under the id of the check', async () => {
    await check();
    expect(await opened.deps.locks.holder('trading')).toBeUndefined();
    const hosts = await opened.deps.history.hosts('ready_one', 'ready-phase-1');
    expect(hosts.map(({ name, verdict }) => [name, verdict])).toEqual(fleet.map(({ name }) => [name, 'done']));
  });

  test('are asked once, however often the call is repeated', async () => {
    await check();
    await check();
    expect(opened.hosts.sent).toHaveLength(1);
    expect((await stores().read(1))?.state).toBe('ready');
  });
});

test('a host that is not ready is named, and counts for the alarm', async () => {
  answering({ 'i-2': { tagged: null } });
  expect(await check()).toMatchObject({
    state: 'not ready',
    problem: expect.stringContaining('phase 1 (v1.5.0): Previous version tagged'),
    phases: [{ not_ready: ['tag'] }],
  });
  expect(lines(await stores().read(1))['tag']?.hosts).toEqual([{ name: 'host-2', found: `there is no tag ${tag}` }]);
  expect(counted).toBe(1);
});

test('a report that is not as the script makes it is no report', async () => {
  answering({ 'i-2': { backup: 7 } });
  await check();
  expect(lines(await stores().read(1))['backup']?.hosts).toEqual([
    { name: 'host-2', found: 'not checked: its report is not readable' },
  ]);
});

describe.each([
  ['contacts', 'subscriptions'],
  ['machines', 'definitions'],
  ['quotas', 'quotas'],
  ['alarms', 'alarmStates'],
  ['drill', 'lastDrill'],
] as const)('the line %s', (id, read) => {
  test('is not ready if its facts cannot be read, and the other lines are answered', async () => {
    changes = {
      [read]: async () => {
        throw Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
      },
    };
    await check();
    const unread = 'It is not known: ThrottlingException: slow down';
    const also = ['blocked', 'alarms'].includes(id) ? [['hindrance', unread]] : []; // of the same facts
    expect(wrong(await stores().read(1))).toEqual([[id, unread], ...also]);
  });
});

test('without the reviewed document no host is asked, and no line about hosts is ready', async () => {
  changes = {
    managedInstances: {
      hosts: async () => fleet,
      document: async () => ({ version: '3', hash: 'abc', content: { mainSteps: ['other'] } }),
    },
  };
  await check();
  expect(opened.hosts.sent).toEqual([]);
  const found = (await stores().read(1))?.lines ?? [];
  expect(found.filter(({ id, ready }) => id === 'backup' || (id === 'documents' && !ready))).toMatchObject([
    { id: 'backup', ready: false, hosts: [{ found: expect.stringContaining('is not the reviewed one') }, {}, {}] },
    { id: 'documents', ready: false },
  ]);
});

describe('a light check', () => {
  test('asks no host, and uses what the hosts answered last', async () => {
    await check({}, 'whole');
    expect(await check({ light: true }, 'light')).toMatchObject({ state: 'ready' });
    expect(opened.hosts.sent).toHaveLength(1);
    expect(await stores().read(1)).toMatchObject({ light: true, by: 'arn:light', report_id: 'ready_whole' });
  });

  test('is not ready if the hosts were never asked', async () => {
    expect(await check({ light: true })).toMatchObject({ state: 'not ready' });
    expect(opened.hosts.sent).toEqual([]);
  });
});

test('a version that somebody asks about neither turns the alarm red nor takes the place of the one that runs', async () => {
  await check({}, 'own');
  expect(await check({ phase: 1, version: 'v9' }, 'asked')).toMatchObject({ state: 'not ready' });
  expect(counted).toBe(0);
  expect(await stores().read(1)).toMatchObject({ version: 'v1.5.0', state: 'ready' });
});

test('a rollback that holds the fleet makes it not ready, and turns no alarm red', async () => {
  const holder = { rollback: 'r-9', taken_at: at } as never;
  changes = { locks: { holder: async () => holder } };
  expect(await check()).toMatchObject({ state: 'not ready', phases: [{ not_ready: ['fleet'] }] });
  expect(counted).toBe(0);
});

test('a confirmation of contacts is stored with its hash', async () => {
  const store = contactsIn(opened.tables.db, 'state');
  expect(await store.read()).toBeUndefined();
  await store.put({ operator: 'ana', at, contacts: 'h', by: 'arn' });
  expect(await store.read()).toEqual({ operator: 'ana', at, contacts: 'h', by: 'arn' });
});
