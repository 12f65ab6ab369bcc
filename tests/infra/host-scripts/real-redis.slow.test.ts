import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Environment, Host } from './host.ts';
import { type Reply, redis } from './redis-client.ts';

/** The version of the `redis-server` on the PATH, for example Debian's. */
const [, version] = spawnSync('redis-server', ['--version'], { encoding: 'utf8' }).stdout?.match(/v=(\S+)/) ?? [];
const title = version
  ? `against redis-server ${version}`
  : 'against redis-server: skipped, because none is on the PATH';

let host: Host;
let server: ChildProcess;
const socket = 'var/run/redis.sock';
const send = (...words: string[]) => redis(host, ...words);
beforeEach(async () => {
  if (!version) return;
  host = new Host();
  mkdirSync(join(host.root, 'var/run'), { recursive: true });
  host.write('opt/trading/outputs/signal_cache/ESM6.jsonl', '{"strength": 0.4}\n');
  server = spawn('redis-server', ['--port', '0', '--unixsocket', socket, '--save', ''], {
    cwd: host.root,
    stdio: 'ignore',
  });
  await expect.poll(() => send('PING').catch(() => 'not yet'), { timeout: 30_000 }).toBe('PONG');
});
afterEach(() => {
  server?.kill();
  host?.remove();
});

const many = (count: number, ...of: ((i: number) => string)[]) =>
  Array.from({ length: count }, (_, i) => of.map((one) => one(i))).flat();
const name = (i: number) => `name-${i}`;
const value = (i: number) => `value ${i} ${'x'.repeat(i % 40)}`;

/** Stores keys of every type, short and long: Redis encodes them differently, and dumps long ones in no fixed order. */
async function fillCache(): Promise<number> {
  await send('SET', 'session:dashboard', 'somebody else');
  await send('SET', 'signal:text', 'a\r\nb\u0000é');
  await send('SET', 'signal:number', '42');
  await send('SET', 'signal:long', 'ab'.repeat(50_000));
  await send('SET', 'signal:for-an-hour', 'soon gone', 'PX', '3600000');
  await send('HSET', 'signal:short-hash', 'a', '1', 'b', '2');
  await send('HSET', 'signal:long-hash', ...many(3000, name, value));
  await send('HSET', 'signal:shrunken-hash', ...many(3000, name, value));
  await send('HDEL', 'signal:shrunken-hash', ...many(2990, name));
  await send('SADD', 'signal:numbers', '1', '2', '3');
  await send('SADD', 'signal:long-set', ...many(3000, value));
  await send('ZADD', 'signal:ranking', ...many(3000, (i) => String(i / 7), name));
  await send('RPUSH', 'signal:list', ...many(3000, value));
  await send('XADD', 'signal:stream', '1-1', 'strength', '0.4');
  return 12;
}

/** Returns the value of each key, read by its type's own command. */
async function everything(): Promise<Record<string, Reply>> {
  const read: Record<string, (key: string) => Promise<Reply>> = {
    string: (key) => send('GET', key),
    hash: (key) => send('HGETALL', key),
    set: (key) => send('SMEMBERS', key),
    zset: (key) => send('ZRANGE', key, '0', '-1', 'WITHSCORES'),
    list: (key) => send('LRANGE', key, '0', '-1'),
    stream: (key) => send('XRANGE', key, '-', '+'),
  };
  const found: Record<string, Reply> = {};
  for (const key of ((await send('KEYS', '*')) as Reply[]).map(String)) {
    const type = String(await send('TYPE', key));
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
  test('keys of every type are removed, and restored with their value and time to live', async () => {
    const keys = await fillCache();
    const before = await everything();
    expect((await clear()).report).toEqual(
      expect.objectContaining({ keys: { exported: keys, removed: keys, sha256: expect.any(String) }, lost: false }),
    );
    expect(await send('KEYS', '*')).toEqual([Buffer.from('session:dashboard')]);
    expect(await bringBack()).toMatchObject({ verdict: 'done', report: { brought_back: keys + 1, overwritten: 0 } });
    expect(await everything()).toEqual(before);
    expect(await send('PTTL', 'signal:for-an-hour')).toBeGreaterThan(3_500_000);
    expect(await send('PTTL', 'signal:text')).toBe(-1);
    expect(await bringBack()).toMatchObject({ verdict: 'done', report: { brought_back: 0 } });
  });

  test('a set that has grown since the restore is newer, and is not overwritten', async () => {
    await send('SADD', 'signal:long-set', ...many(3000, value));
    await clear();
    await bringBack();
    await send('SADD', 'signal:long-set', 'new');
    expect(await bringBack()).toMatchObject({ verdict: 'failed', reason: expect.stringContaining('signal:long-set') });
    expect(await send('SISMEMBER', 'signal:long-set', 'new')).toBe(1);
  });
});
