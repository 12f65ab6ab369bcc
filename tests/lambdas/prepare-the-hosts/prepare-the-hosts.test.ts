import { beforeEach, describe, expect, test } from 'vitest';
import { contentHash } from '../../../domain/content-hash.ts';
import { makeCopies } from '../../../lambdas/prepare-the-hosts/make-copies.ts';
import { agreeOnCommit } from '../../../lambdas/prepare-the-hosts/prepare-the-hosts.ts';
import { brakesIn } from '../../../lambdas/stores/brakes.ts';
import { deploymentsIn } from '../../../lambdas/stores/deployments.ts';
import { preparationsIn } from '../../../lambdas/stores/preparations.ts';
import { openedRollback, START } from '../opened-rollback.ts';
import { says } from '../scripted-hosts.ts';

const content = { mainSteps: ['prepare'] };
const [here, there] = ['a'.repeat(40), 'b'.repeat(40)] as const;
const tag = 'rollback/phase-1/before-v1.5.0';
const command = {
  id: 'prepare',
  name: 'Prepare the host',
  document: 'rollback-test-prepare',
  timeout_seconds: 900,
  attempt_seconds: 990,
  parameters: { Step: 'prepare', Kind: 'beside', Mode: 'live', Target: 'v1', Databases: 'outputs/a.db' },
};
const invocation = (name: string, input: unknown) => ({
  execution: { id: `arn:${name}`, name, start_time: START, input },
  fleet: 'trading',
  commands: [{ phase: 1, command }],
  documents: [{ name: 'rollback-test-prepare', sha256: contentHash(content) }],
});
const v15 = { phase: 1, version: 'v1.5.0', operator: 'ana' };

let opened: Awaited<ReturnType<typeof openedRollback>>;
let away: string[];
let missing: string[];
let stores: ReturnType<typeof storesOf>;
const storesOf = () => {
  const { db } = opened.tables;
  return {
    preparations: preparationsIn(db, 'state'),
    deployments: deploymentsIn(db, 'state'),
    readBrakes: brakesIn(db, 'state').read,
  };
};
beforeEach(async () => {
  opened = await openedRollback(2);
  await opened.deps.locks.free('trading', 'r-1', opened.fence);
  away = [];
  missing = [];
  stores = storesOf();
});

const depsNow = () => {
  const host = (n: number) => ({
    instance_id: `i-${n}`,
    name: `host-${n}`,
    online: !away.includes(`host-${n}`),
    agent_version: '3.3.2746.0',
    ...(missing.includes(`host-${n}`) ? { missing: true as const, away: "it no longer carries the fleet's tag" } : {}),
  });
  const managedInstances = {
    hosts: async () => [host(1), host(2), host(3)],
    document: async () => ({ version: '3', hash: 'abc', content }),
  };
  return { ...opened.deps, ...stores, managedInstances, tag: { key: 'a', value: 'b' } };
};
const agree = (name = 'one', input: unknown = v15) => agreeOnCommit(depsNow(), invocation(name, input), () => 300_000);
const copy = (name = 'one', input: unknown = v15) => makeCopies(depsNow(), invocation(name, input), () => 300_000);
const prepare = async (name = 'one', input: unknown = v15) => {
  await agree(name, input);
  return copy(name, input);
};

type Answer = {
  readonly commit?: string;
  readonly tagged?: string | null;
  readonly own?: string | null;
  readonly fails?: string;
};
/** Hosts that report their commit, and then that they are prepared. */
const answering = (answers: Readonly<Record<string, Answer>> = {}) =>
  opened.hosts.reactWith((host, { Parameters = {} }) => {
    const { commit = here, tagged = null, own = null, fails } = answers[host] ?? {};
    const asked = Parameters['Step']?.[0] === 'prepare-ask';
    if (asked) return { stdout: says('done', Parameters, { report: { commit, version: 'v1.4.0', tag, tagged, own } }) };
    if (fails) return { status: 'Failed', code: 1, stdout: says('failed', Parameters, { reason: fails }) };
    const report = { commit, tag, manifest: `m-${host}`, configuration: { files: 2, sha256: 'c' } };
    return { stdout: says('done', Parameters, { report }) };
  });
const sent = (step: string) =>
  opened.hosts.sent.filter(({ Parameters }) => Parameters?.['Step']?.[0] === step).map(({ Parameters }) => Parameters);
const stored = () => stores.preparations.read(1, 'v1.5.0');

test('a repeat while the canary group has the version as recorded leaves the group as it is', async () => {
  answering();
  await prepare();
  await stores.deployments.record(1, { version: 'v1.5.0', at: START, hosts: ['host-1'] });
  answering({ 'i-1': { commit: there, tagged: here } });
  await expect(prepare('two')).rejects.toThrow('Nothing is missing, and nothing was changed');
  expect(await stored()).toMatchObject({ state: 'prepared', by: 'arn:one' });
});

describe('hosts that are at one commit', () => {
  test('are tagged and copied, and the preparation is stored with commit, hashes, hosts, instants and who', async () => {
    answering();
    expect(await prepare()).toMatchObject({ state: 'prepared', tag, commit: here, preparation_id: 'prepare_one' });
    expect(await stored()).toMatchObject({
      state: 'prepared',
      tag,
      commit: here,
      begun_at: expect.stringMatching(/^2026-03-02T09:00/),
      prepared_at: expect.stringMatching(/^2026-03-02T09:00/),
      by: 'arn:one',
      operator: 'ana',
      hosts: [1, 2, 3].map((n) => ({ name: `host-${n}`, manifest: `m-i-${n}`, configuration: 'c' })),
    });
  });

  test('are asked in a plan first, and then sent the one commit, beside any rollback', async () => {
    answering();
    await prepare();
    expect(sent('prepare-ask')).toMatchObject([{ Mode: ['plan'], Kind: ['check'], Tag: [tag] }]);
    expect(sent('prepare')).toMatchObject([
      {
        Mode: ['live'],
        Kind: ['beside'],
        Commit: [here],
        Tag: [tag],
        Preparation: ['phase-1/v1.5.0'],
        Begun: [expect.stringMatching(/^20260302T0900\d\dZ$/)],
        Superseded: [''],
      },
    ]);
  });

  test('report under an id of their own in the history, as they are done', async () => {
    answering();
    await prepare();
    const hosts = await opened.deps.history.hosts('prepare_one', 'prepare');
    expect(hosts.map(({ name, verdict }) => [name, verdict])).toEqual([
      ['host-1', 'done'],
      ['host-2', 'done'],
      ['host-3', 'done'],
    ]);
  });

  test('take no lock', async () => {
    answering();
    await prepare();
    expect(await opened.deps.locks.holder('trading')).toBeUndefined();
  });
});

describe('is refused, and no host is touched', () => {
  const untouched = async () => {
    expect(sent('prepare')).toEqual([]);
    expect(await stored()).toBeUndefined();
  };

  test.each([
    ['without a version', { phase: 1 }, 'version is missing'],
    ['of a phase without a runbook', { phase: 7, version: 'v1' }, 'phase must be one of 1, found 7'],
    ['of a version that no tag can name', { phase: 1, version: 'v1..2' }, 'version must be a name for a tag of git'],
    ['with a key that it does not know', { phase: 1, version: 'v1', commit: 'x' }, '"commit" is not one of'],
  ])('%s', async (_, input, message) => {
    await expect(agree('one', input)).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringContaining(message),
    });
    await untouched();
  });

  test.each([
    ['v1.5.0', 'v1.5.0/a'],
    ['v1.5.0/a', 'v1.5.0'],
  ])(
    'if %s is prepared and the version is %s, because git cannot have a tag below a tag',
    async (prepared, version) => {
      await preparationsIn(opened.tables.db, 'state').put({
        ...{
          phase: 1,
          version: prepared,
          state: 'preparing',
          tag,
          commit: here,
          begun_at: START,
          by: 'arn:0',
          hosts: [],
        },
      });
      await expect(agree('one', { phase: 1, version })).rejects.toMatchObject({
        name: 'InvalidInput',
        message: `Version ${prepared} of phase 1 is prepared, and git cannot have a tag for ${version} beside its tag: a tag is a file, and cannot be a folder too. Choose another name, such as ${version.replaceAll('/', '-')}-1. Nothing was prepared.`,
      });
      expect(opened.hosts.sent).toEqual([]);
    },
  );

  test('while deployments are frozen', async () => {
    const { db } = opened.tables;
    await brakesIn(db, 'state').set('freeze', { phase: 1, operator: 'bo', reason: 'end of quarter', at: START });
    await expect(agree()).rejects.toMatchObject({
      name: 'NotPrepared',
      message: expect.stringContaining(`Deployment of phase 1 has been frozen since ${START} by bo: end of quarter.`),
    });
    await untouched();
  });

  test('of a version that a rollback took back', async () => {
    const block = {
      phase: 1,
      version: 'v1.5.0',
      operator: null,
      rollback: 'r-1',
      reason: 'it was rolled back',
      at: START,
    };
    await brakesIn(opened.tables.db, 'state').set('block', block);
    await expect(agree()).rejects.toMatchObject({
      name: 'NotPrepared',
      message: `Version v1.5.0 of phase 1 has been blocked since ${START} by rollback r-1: it was rolled back. Nothing was changed. Prepare the next version under its own name. If this one is good after all: npm run rollback -- unblock --version v1.5.0 --phase 1 --operator YOU --reason WHY`,
    });
    await untouched();
  });

  test('while a rollback holds the fleet', async () => {
    await opened.deps.locks.take('trading', { rollback: 'r-9', execution_arn: 'arn:r-9', phase: 4 }, START);
    await expect(agree()).rejects.toMatchObject({
      name: 'NotPrepared',
      message: expect.stringContaining(`Rollback r-9 of phase 4 has held fleet trading since ${START}`),
    });
    expect(opened.hosts.sent).toEqual([]);
    await untouched();
  });

  test('if a host is at another commit, which is named with what was found and expected', async () => {
    answering({ 'i-2': { commit: there } });
    await expect(agree()).rejects.toMatchObject({
      name: 'NotPrepared',
      message: expect.stringContaining(
        `host-2 is at ${there.slice(0, 12)} (v1.4.0), expected ${here.slice(0, 12)} as on 2 of 3 hosts`,
      ),
    });
    await untouched();
  });

  test('if the tag names another commit on a host', async () => {
    answering({ 'i-3': { tagged: there } });
    await expect(agree()).rejects.toMatchObject({
      name: 'NotPrepared',
      message: expect.stringContaining(
        `on host-3 the tag ${tag} names ${there.slice(0, 12)}, expected ${here.slice(0, 12)}`,
      ),
    });
    await untouched();
  });

  test('if the code of the version is on the hosts already, because its own tag names what runs', async () => {
    answering({ 'i-3': { own: here } });
    await expect(agree()).rejects.toMatchObject({
      name: 'NotPrepared',
      message: expect.stringContaining(`v1.5.0 is on the hosts already: its own tag names ${here.slice(0, 12)}`),
    });
    await untouched();
  });

  test('if the version was deployed without a preparation', async () => {
    answering();
    await stores.deployments.record(1, { version: 'v1.5.0', at: START });
    await expect(agree()).rejects.toMatchObject({
      name: 'NotPrepared',
      message: expect.stringContaining(`v1.5.0 of phase 1 was deployed at ${START}`),
    });
    await untouched();
  });

  test('if no host is online', async () => {
    away = ['host-1', 'host-2', 'host-3'];
    await expect(agree()).rejects.toMatchObject({
      name: 'NotPrepared',
      message: 'No host is online in Systems Manager (host-1, host-2, host-3). Nothing was prepared.',
    });
    await untouched();
  });
});

test('a host that left the fleet is named, and not waited for', async () => {
  [away, missing] = [['host-3'], ['host-3']];
  answering();
  expect(await prepare()).toMatchObject({
    state: 'prepared',
    hosts: [{ name: 'host-1' }, { name: 'host-2' }],
    left_the_fleet: ["host-3 (it no longer carries the fleet's tag)"],
  });
});

describe('a preparation that was interrupted', () => {
  test('names the hosts that are missing, and keeps the others', async () => {
    away = ['host-3'];
    answering({ 'i-2': { fails: 'prepare.py exited with 1: /var has 10 MB free; the copies need 90 MB' } });
    await expect(prepare()).rejects.toMatchObject({
      name: 'NotPrepared',
      message: expect.stringMatching(
        /^Not prepared: 2 of 3 hosts: host-2 \(.*10 MB free.*\); host-3 \(not online in Systems Manager\)\. Prepared: 1;/,
      ),
    });
    expect(await stored()).toMatchObject({ state: 'preparing', hosts: [{ name: 'host-1' }] });
  });

  test('is continued by the next run, with the same instant, so that copies are kept', async () => {
    answering({ 'i-2': { fails: 'stopped' } });
    await expect(prepare()).rejects.toThrow();
    answering({ 'i-1': { tagged: here }, 'i-3': { tagged: here } });
    await prepare('two');
    const [first, second] = sent('prepare');
    expect(second?.['Begun']).toEqual(first?.['Begun']);
    expect(await stored()).toMatchObject({ state: 'prepared', by: 'arn:two' });
  });

  test('is continued by the same execution after its function timed out', async () => {
    answering();
    await agree();
    await agree();
    await copy();
    expect(await copy()).toMatchObject({ state: 'prepared' });
    expect(new Set(sent('prepare').map((one) => String(one?.['Begun']))).size).toBe(1);
  });

  test('begins anew if it was complete', async () => {
    answering();
    await prepare();
    await opened.deps.sleep(60_000);
    answering(Object.fromEntries([1, 2, 3].map((n) => [`i-${n}`, { tagged: here }])));
    await prepare('two');
    const [first, second] = sent('prepare');
    expect(second?.['Begun']).not.toEqual(first?.['Begun']);
  });

  test('is not continued at another commit once a tag was made', async () => {
    answering();
    await prepare();
    answering(Object.fromEntries([1, 2, 3].map((n) => [`i-${n}`, { commit: there, tagged: here }])));
    await expect(agree('two')).rejects.toMatchObject({
      name: 'NotPrepared',
      message: expect.stringContaining('Its tag never moves.'),
    });
    expect(await stored()).toMatchObject({ commit: here, state: 'prepared' });
  });
});

test('a rollback that begins meanwhile goes first: the commands are cancelled', async () => {
  answering();
  await agree();
  opened.hosts.reactWith(() => ({ after: 600 }));
  const taking = opened.deps.sleep;
  let polls = 0;
  const sleep = async (milliseconds: number) => {
    polls += 1;
    if (polls === 3)
      await opened.deps.locks.take('trading', { rollback: 'r-9', execution_arn: 'arn:r-9', phase: 4 }, START);
    return taking(milliseconds);
  };
  await expect(makeCopies({ ...depsNow(), sleep }, invocation('one', v15), () => 300_000)).rejects.toMatchObject({
    name: 'NotPrepared',
    message: expect.stringContaining('goes first'),
  });
  expect(opened.hosts.cancelled).toHaveLength(1);
  expect(await stored()).toMatchObject({ state: 'preparing' });
});

test('copies of superseded versions go, and are stored as gone only when every host is prepared', async () => {
  answering();
  for (const version of ['v1.0', 'v1.1', 'v1.2', 'v1.3']) {
    await prepare(version, { phase: 1, version });
    await opened.deps.sleep(60_000);
  }
  await stores.deployments.record(1, { version: 'v1.2', at: new Date(opened.hosts.now()).toISOString() });
  await opened.deps.sleep(60_000);
  answering({ 'i-1': { fails: 'disk' } });
  await expect(prepare('five')).rejects.toThrow();
  expect(sent('prepare').at(-1)?.['Superseded']).toEqual(['phase-1/v1.1 phase-1/v1.0']);
  expect((await stores.preparations.read(1, 'v1.0'))?.superseded).toBeUndefined();
  answering();
  await prepare('six');
  expect((await stores.preparations.read(1, 'v1.0'))?.superseded).toBe(true);
  expect((await stores.preparations.read(1, 'v1.2'))?.superseded).toBeUndefined();
});
