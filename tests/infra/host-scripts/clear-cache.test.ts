import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { contents } from './contents.ts';
import { type Environment, Host, makeStateFolder } from './host.ts';
import { smallRedis } from './small-redis.ts';

let host: Host;
let redis: Awaited<ReturnType<typeof smallRedis>> | undefined;
beforeEach(() => {
  host = new Host();
  host.write(`${cache}/ESM6-09.jsonl`, '{"strength": 0.4}\n');
  host.write(`${cache}/deep/.hidden`, 'corrupt');
});
afterEach(async () => {
  await redis?.close();
  redis = undefined;
  host.remove();
});

const cache = 'opt/trading/outputs/signal_cache';
const quarantine = 'var/lib/rollback/r-1/quarantine/clear-signal-cache';
const phase2: Environment = {
  SSM_Step: 'clear-signal-cache',
  SSM_CacheFolder: 'outputs/signal_cache',
  SSM_KeyPrefix: 'signal:',
  SSM_Redis: 'var/run/redis.sock',
};
const clear = (env: Environment = {}) => host.verdict('clear-cache.py', { ...phase2, ...env });
const again = () => {
  rmSync(join(host.state, 'r-1/clear-signal-cache.json'), { force: true });
  return clear();
};
async function withRedis(entries: Readonly<Record<string, string>>) {
  mkdirSync(join(host.root, 'var/run'), { recursive: true });
  redis = await smallRedis(join(host.root, 'var/run/redis.sock'), entries);
  return redis;
}
const signals = { 'signal:ESM6:09': 'a', 'signal:ESM6:10': 'b', 'signal:NQM6:09': 'c' };

describe('the files of a cache', () => {
  test('are in quarantine afterwards, byte for byte; the report holds count, place and how to restore them', async () => {
    const before = contents(join(host.root, cache));
    expect(await clear()).toMatchObject({
      verdict: 'done',
      report: {
        files: { moved: 2, bytes: 25, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
        keys: null,
        quarantine,
        restore: 'document restore with RollbackId r-1, Of clear-signal-cache',
        lost: false,
      },
    });
    expect(contents(join(host.root, quarantine, 'files'))).toEqual(before);
    expect(readdirSync(join(host.root, cache))).toEqual([]);
  });

  test('stay if they are newer than the first attempt: a retry removes nothing new', async () => {
    await clear();
    host.write(`${cache}/ESM6-10.jsonl`, 'new');
    host.write(`${cache}/ESM6-09.jsonl`, 'written again');
    expect((await again()).report).toMatchObject({ files: { moved: 2, left: 1 } });
    expect(Object.keys(contents(join(host.root, cache)))).toEqual(['ESM6-09.jsonl', 'ESM6-10.jsonl']);
  });
});

describe('the keys of a cache', () => {
  test('are removed only if they have the prefix, each with its value and time to live in quarantine', async () => {
    const { all, asked, set } = await withRedis({ ...signals, session: 'somebody else' });
    set('signal:NQM6:10', Buffer.from([0, 255, 13, 10]), 60_000);
    expect((await clear()).report).toMatchObject({ keys: { exported: 4, removed: 4 }, lost: false });
    expect(Object.keys(all())).toEqual(['session']);
    expect(
      host
        .read(`${quarantine}/keys.jsonl`)
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toContainEqual({
      content: expect.stringMatching(/^[0-9a-f]{64}$/),
      dump: 'AP8NCg==',
      key: 'signal:NQM6:10',
      pttl: 60_000,
    });
    expect(new Set(asked)).toEqual(new Set(['INFO', 'SCAN', 'TYPE', 'PTTL', 'DUMP', 'WATCH', 'MULTI', 'DEL', 'EXEC']));
  });

  test.each(['signal[a]:', 'q\\z:', 'sig?x:', 'a*b:', 'x]:'])(
    'are found by the prefix %s as it is written',
    async (prefix) => {
      const { all } = await withRedis({ [`${prefix}1`]: 'corrupt', 'signala:1': 'a', 'qz:1': 'b', 'sigax:1': 'c' });
      expect((await clear({ SSM_KeyPrefix: prefix })).report).toMatchObject({ keys: { exported: 1, removed: 1 } });
      expect(Object.keys(all()).toSorted()).toEqual(['qz:1', 'sigax:1', 'signala:1']);
    },
  );

  test('are null if the host has no Redis or the runbook names no prefix', async () => {
    expect((await clear()).report).toMatchObject({ keys: null });
    const { all } = await withRedis(signals);
    expect((await clear({ SSM_RollbackId: 'r-2', SSM_KeyPrefix: '' })).report).toMatchObject({ keys: null });
    expect(Object.keys(all())).toHaveLength(3);
  });

  test('stay, and are counted, if they are written between dump and removal', async () => {
    const { set, beforeNext, all } = await withRedis(signals);
    await clear();
    for (const [key, value] of Object.entries(signals)) set(key, value);
    beforeNext(() => set('signal:ESM6:09', 'of v1.0'));
    expect((await again()).report).toMatchObject({ keys: { exported: 3, removed: 2, left: 1 } });
    expect(Object.keys(all())).toEqual(['signal:ESM6:09']);
  });

  test('are removed by the next attempt if one is killed during the removal; keys written since then stay', async () => {
    const { stall, set, all, asked } = await withRedis(signals);
    stall('DEL');
    const { pid, outcome } = host.start('clear-cache.py', phase2);
    await expect.poll(() => asked).toContain('DEL');
    process.kill(-pid, 'SIGKILL');
    await outcome;
    stall('');
    set('signal:ESM6:11', 'new');
    expect(await clear()).toMatchObject({
      verdict: 'done',
      report: { keys: { exported: 3, removed: 3 }, lost: false },
    });
    expect(Object.keys(all())).toEqual(['signal:ESM6:11']);
  });

  test('stay if the export finds no space', async () => {
    const { all } = await withRedis(signals);
    makeStateFolder(host.state);
    symlinkSync('/dev/full', join(host.state, 'exporting'));
    expect((await clear()).reason).toBe(
      'clear-cache.py exited with 1: keys.jsonl cannot be exported: No space left on device; nothing was removed. Check the disk, then retry',
    );
    expect(Object.keys(all())).toHaveLength(3);
    rmSync(join(host.state, 'exporting'));
    expect((await clear()).report).toMatchObject({ files: { moved: 2 }, keys: { exported: 3, removed: 3 } });
  });

  test('fail the step if nothing listens at the socket: the host then has a Redis, but it is unreachable', async () => {
    host.write('var/run/redis.sock', 'no socket');
    expect((await clear()).reason).toContain('Redis at var/run/redis.sock is unreachable: ');
  });
});

test('changes nothing if the cache holds a fifo', async () => {
  execFileSync('mkfifo', [join(host.root, cache, 'pipe')]);
  const { all } = await withRedis(signals);
  expect((await clear()).reason).toContain('pipe is a pipe, neither a file nor a link; nothing was touched');
  expect(readdirSync(join(host.root, cache))).toContain('ESM6-09.jsonl');
  expect(Object.keys(all())).toHaveLength(3);
});
