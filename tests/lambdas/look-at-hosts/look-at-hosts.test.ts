import { beforeEach, expect, test } from 'vitest';
import { contentHash } from '../../../domain/content-hash.ts';
import type { LoadTest } from '../../../domain/ready/load-line.ts';
import type { FileFindings } from '../../../domain/truth/file-findings.ts';
import { lookAtHosts } from '../../../lambdas/look-at-hosts/look-at-hosts.ts';
import type { FleetHold } from '../../../lambdas/stores/fleet-truth.ts';
import { clearCache, openedRollback } from '../opened-rollback.ts';
import { says } from '../scripted-hosts.ts';

const content = { mainSteps: ['health'] };
const command = (id: string) => ({
  ...clearCache,
  ...{ id, name: id, document: 'rollback-test-health' },
  parameters: { Step: id, Kind: 'check', Mode: 'plan' },
});
const looking = (input: unknown) => ({
  execution: { id: 'arn:look', name: 'abc', start_time: '2026-03-02T09:00:00.000Z', input },
  fleet: 'trading',
  checks: {
    health: [{ phase: 1, command: command('look-health') }],
    verify: [],
    files: [{ phase: 1, command: command('look-files') }],
    load: [{ phase: 1, command: command('look-load') }],
  },
  documents: [{ name: 'rollback-test-health', sha256: contentHash(content) }],
});

let opened: Awaited<ReturnType<typeof openedRollback>>;
let files: FileFindings | null;
let hold: FleetHold[];
let named: boolean;
let loaded: LoadTest[];
let offline: boolean;
let why: { away?: string };
beforeEach(async () => {
  opened = await openedRollback(1);
  [files, hold] = [null, []];
  [named, loaded] = [true, []];
  offline = false;
  why = {};
});

const look = (input: unknown = { check: 'health' }) => {
  const host = (n: number, online = true) => ({
    instance_id: `i-${n}`,
    name: `host-${n}`,
    online,
    agent_version: '3.3.2746.0',
    ...(online ? {} : why),
  });
  const managedInstances = {
    hosts: async () => [host(1), host(2, !offline)],
    document: async () => ({ version: '3', hash: 'abc', content }),
  };
  const loadTest = {
    named,
    tests: { put: async (one: LoadTest) => void loaded.push(one) },
    newest: async () => ({ version: 'v1.5.0', at: '2026-03-02T08:00:00Z' }),
    hold: async () => hold.shift() ?? { holder: null, fence: 4 },
    now: () => Date.parse('2026-03-02T09:30:00Z'),
  };
  const fileCheck = {
    files: {
      read: async () => files,
      put: async (one: FileFindings) => {
        files = one;
      },
    },
    hold: async () => hold.shift() ?? { holder: null, fence: 4 },
    own: ['config/host.yaml'],
    now: () => Date.parse('2026-03-02T09:00:05.500Z'),
  };
  const deps = { ...opened.deps, managedInstances, fileCheck, loadTest, tag: { key: 'a', value: 'b' } };
  return lookAtHosts(deps, looking(input), () => 300_000);
};
const answering = (report: (host: string) => object) =>
  opened.hosts.reactWith((host, { Parameters = {} }) => ({
    stdout: says('done', Parameters, { report: report(host) }),
  }));

test('a healthy host is PASS, and so is a fleet of healthy hosts', async () => {
  answering(() => ({ healthy: true }));
  expect(await look()).toEqual({
    look_id: 'look_abc',
    check: 'health',
    variant: 'comprehensive',
    phase: 1,
    verdict: 'PASS',
    hosts: { PASS: 2, FAIL: 0, INCONCLUSIVE: 0 },
  });
});

test("stores each host's report with the numbers seen", async () => {
  answering((host) => ({ healthy: host === 'i-1', latency_ms: 120 }));
  expect((await look()).verdict).toBe('FAIL');
  expect(await opened.deps.history.hosts('look_abc', 'look-health')).toMatchObject([
    { name: 'host-1', report: { healthy: true, latency_ms: 120 } },
    { name: 'host-2', report: { healthy: false, latency_ms: 120 } },
  ]);
});

test('a host that is not online is INCONCLUSIVE', async () => {
  offline = true;
  answering(() => ({ healthy: true }));
  expect(await look()).toMatchObject({ verdict: 'INCONCLUSIVE', hosts: { PASS: 1, FAIL: 0, INCONCLUSIVE: 1 } });
});

test('a host that is away for a known reason is stored with it', async () => {
  answering(() => ({ healthy: true }));
  why = { away: 'its instance is stopped' };
  offline = true;
  await look();
  expect(await opened.deps.history.hosts('look_abc', 'look-health')).toMatchObject([
    { name: 'host-1' },
    { name: 'host-2', verdict: 'unknown', reason: 'its instance is stopped' },
  ]);
});

test('sends the check in plan mode, with the requested variant, and takes no fleet', async () => {
  answering(() => ({ healthy: true }));
  const lock = await opened.deps.locks.holder('trading');
  await look({ check: 'health', quick: true });
  expect(opened.hosts.sent[0]?.Parameters).toMatchObject({ Mode: ['plan'], Variant: ['quick'], Fence: ['0'] });
  expect(await opened.deps.locks.holder('trading')).toEqual(lock);
});

test('a phase without such a check is refused, and no host is asked', async () => {
  await expect(look({ check: 'verify', phase: 1 })).rejects.toMatchObject({
    name: 'InvalidInput',
    message: 'No runbook of phase 1 has a check for verify; phases with one: none.',
  });
  expect(opened.hosts.sent).toEqual([]);
});

const read = (changed: number) => ({
  ...{ commit: 'c'.repeat(40), version: 'v2', has: [], content: changed === 0 ? '' : 'x', flags: {}, build: null },
  ...{ changed, files: changed === 0 ? [] : ['a.py'] },
});

test('a check of all files fails on a host whose file differs, and keeps that for the comparison of hosts', async () => {
  answering((host) => read(host === 'i-1' ? 0 : 1));
  expect(await look({ check: 'files' })).toMatchObject({ verdict: 'FAIL', hosts: { PASS: 1, FAIL: 1 } });
  expect(opened.hosts.sent[0]?.Parameters).toMatchObject({ Own: ['config/host.yaml'] });
  expect(files).toMatchObject({
    ...{ fence: 4, read_at: '2026-03-02T09:00:05Z' },
    findings: [
      { name: 'host-2', what: '1 file differs from its commit (a.py) (all files were read at 2026-03-02T09:00:05Z)' },
    ],
  });
});

test('a host that cannot read its files is kept too', async () => {
  answering((host) => (host === 'i-1' ? { trouble: true } : read(0)));
  expect(await look({ check: 'files' })).toMatchObject({ verdict: 'INCONCLUSIVE' });
  expect(files?.findings).toMatchObject([{ name: 'host-1', what: expect.stringContaining('could not all be read') }]);
});

test.each([
  ['holds the fleet at its end', { holder: 'r-1', fence: 4 }],
  ['took the fleet meanwhile', { holder: null, fence: 5 }],
])('a check of all files keeps nothing if a rollback %s', async (_, then) => {
  hold = [{ holder: null, fence: 4 }, then];
  answering((host) => read(host === 'i-1' ? 0 : 1));
  await look({ check: 'files' });
  expect(files).toEqual({ fence: 4, read_at: null, findings: [] });
});

test('a load test keeps its result with the version that is deployed, for readiness', async () => {
  answering((host) => ({ passed: host === 'i-1', wrong: [], facts: { orders_per_second: 900 } }));
  expect(await look({ check: 'load', phase: 1 })).toMatchObject({ check: 'load', verdict: 'FAIL' });
  const hosts = { PASS: 1, FAIL: 1, INCONCLUSIVE: 0 };
  const at = '2026-03-02T09:30:00.000Z';
  expect(loaded).toEqual([{ phase: 1, passed: false, at, version: 'v1.5.0', hosts, by: 'arn:look' }]);
});

test.each([
  ['names none', () => (named = false), 'This environment names no load test'],
  ['has a rollback at work', () => hold.push({ holder: 'r-1', fence: 4 }), 'Rollback r-1 holds the fleet'],
])('a load test is refused if the environment %s, and no host is asked', async (_, given, message) => {
  given();
  await expect(look({ check: 'load', phase: 1 })).rejects.toMatchObject({
    name: 'InvalidInput',
    message: expect.stringContaining(message),
  });
  expect([opened.hosts.sent, loaded]).toEqual([[], []]);
});
