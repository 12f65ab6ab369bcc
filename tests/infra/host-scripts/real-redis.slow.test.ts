import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Environment, Host } from './host.ts';
import { type Answer, redis } from './redis-client.ts';

/** Debian's `redis-server`, or whichever is on the PATH. */
const [, version] = spawnSync('redis-server', ['--version'], { encoding: 'utf8' }).stdout?.match(/v=(\S+)/) ?? [];
const title = version ? `against redis-server ${version}` : 'against redis-server, which is not on the PATH: not tried';

let host: Host;
let server: ChildProcess;
const socket = 'var/run/redis.sock';
const ask = (...words: string[]) => redis(host, ...words);
beforeEach(async () => {
  if (!version) return;
  host = new Host();
  mkdirSync(join(host.root, 'var/run'), { recursive: true });
  host.write('opt/trading/outputs/signal_cache/ESM6.jsonl', '{"strength": 0.4}\n');
  server = spawn('redis-server', ['--port', '0', '--unixsocket', socket, '--save', ''], {
    cwd: host.root,
    stdio: 'ignore',
  });
  await expect.poll(() => ask('PING').catch(() => 'not yet'), { timeout: 30_000 }).toBe('PONG');
});
afterEach(() => {
  server?.kill();
  host?.remove();
});

const many = (count: number, ...of: ((i: number) => string)[]) =>
  Array.from({ length: count }, (_, i) => of.map((one) => one(i))).flat();
const name = (i: number) => `name-${i}`;
const value = (i: number) => `value ${i} ${'x'.repeat(i % 40)}`;

/** Keys of every type, short and long: Redis lays them out differently, and dumps what is long in no order of its own. */
async function aFullCache(): Promise<number> {
  await ask('SET', 'session:dashboard', 'somebody else');
  await ask('SET', 'signal:text', 'a\r\nb\u0000é');
  await ask('SET', 'signal:number', '42');
  await ask('SET', 'signal:long', 'ab'.repeat(50_000));
  await ask('SET', 'signal:for-an-hour', 'soon gone', 'PX', '3600000');
  await ask('HSET', 'signal:short-hash', 'a', '1', 'b', '2');
  await ask('HSET', 'signal:long-hash', ...many(3000, name, value));
  await ask('HSET', 'signal:shrunken-hash', ...many(3000, name, value));
  await ask('HDEL', 'signal:shrunken-hash', ...many(2990, name));
  await ask('SADD', 'signal:numbers', '1', '2', '3');
  await ask('SADD', 'signal:long-set', ...many(3000, value));
  await ask('ZADD', 'signal:ranking', ...many(3000, (i) => String(i / 7), name));
  await ask('RPUSH', 'signal:list', ...many(3000, value));
  await ask('XADD', 'signal:stream', '1-1', 'strength', '0.4');
  return 12;
}

/** What each key holds, read by its type's own command. */
async function everything(): Promise<Record<string, Answer>> {
  const read: Record<string, (key: string) => Promise<Answer>> = {
    string: (key) => ask('GET', key),
    hash: (key) => ask('HGETALL', key),
    set: (key) => ask('SMEMBERS', key),
    zset: (key) => ask('ZRANGE', key, '0', '-1', 'WITHSCORES'),
    list: (key) => ask('LRANGE', key, '0', '-1'),
    stream: (key) => ask('XRANGE', key, '-', '+'),
  };
  const found: Record<string, Answer> = {};
  for (const key of ((await ask('KEYS', '*')) as Answer[]).map(String)) {
    const type = String(await ask('TYPE', key));
    const content = (await read[type]?.(key)) ?? null;
    const unordered = Array.isArray(content) && ['hash', 'set'].includes(type);
    found[key] = unordered ? content.map(String).toSorted() : content;
  }
  return found;
}

const common: Environment = { SSM_Redis: socket };
const clear = () =>
  host.verdict('clear-cache.py', {
    ...common,
    SSM_Step: 'clear-signal-cache',
    SSM_CacheFolder: 'outputs/signal_cache',
    SSM_KeyPrefix: 'signal:',
  });
const bringBack = () =>
  host.verdict('restore.py', {
    ...common,
    SSM_Step: 'restore',
    SSM_Kind: 'check',
    SSM_Of: 'clear-signal-cache',
    SSM_Overwrite: 'no',
  });

describe.skipIf(!version)(title, () => {
  test('keys of every type go, and come back as they were, with their time to live', async () => {
    const keys = await aFullCache();
    const before = await everything();
    expect((await clear()).report).toEqual(
      expect.objectContaining({ keys: { exported: keys, removed: keys, sha256: expect.any(String) }, lost: false }),
    );
    expect(await ask('KEYS', '*')).toEqual([Buffer.from('session:dashboard')]);
    expect(await bringBack()).toMatchObject({ verdict: 'done', report: { brought_back: keys + 1, overwritten: 0 } });
    expect(await everything()).toEqual(before);
    expect(await ask('PTTL', 'signal:for-an-hour')).toBeGreaterThan(3_500_000);
    expect(await ask('PTTL', 'signal:text')).toBe(-1);
    expect(await bringBack()).toMatchObject({ verdict: 'done', report: { brought_back: 0 } });
  });

  test('a set that has grown since is newer, and not overwritten', async () => {
    await ask('SADD', 'signal:long-set', ...many(3000, value));
    await clear();
    await bringBack();
    await ask('SADD', 'signal:long-set', 'new');
    expect(await bringBack()).toMatchObject({ verdict: 'failed', reason: expect.stringContaining('signal:long-set') });
    expect(await ask('SISMEMBER', 'signal:long-set', 'new')).toBe(1);
  });
});
