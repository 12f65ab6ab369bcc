import { beforeEach, expect, test } from 'vitest';
import { contentHash } from '../../../domain/content-hash.ts';
import { lookAtHosts } from '../../../lambdas/look-at-hosts/look-at-hosts.ts';
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
  checks: { health: [{ phase: 1, command: command('look-health') }], verify: [] },
  documents: [{ name: 'rollback-test-health', sha256: contentHash(content) }],
});

let opened: Awaited<ReturnType<typeof openedRollback>>;
let offline: boolean;
let why: { away?: string };
beforeEach(async () => {
  opened = await openedRollback(1);
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
  const deps = { ...opened.deps, managedInstances, tag: { key: 'a', value: 'b' } };
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
