import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Host } from './host.ts';
import { type Reply, redis } from './redis-client.ts';

/** The version of the `redis-server` on the PATH, for example Debian's. */
const [, version] = spawnSync('redis-server', ['--version'], { encoding: 'utf8' }).stdout?.match(/v=(\S+)/) ?? [];
const socket = 'var/run/redis.sock';

const entry = fc.record({
  database: fc.constantFrom(0, 0, 1, 3, 15),
  key: fc.constantFrom('signal:a', 'signal:b', 'signal:\u0000é', 'signal:', 'signals:a', 'session', 'xsignal:a'),
  type: fc.constantFrom('string', 'hash', 'set', 'zset', 'list', 'stream'),
  size: fc.integer({ min: 1, max: 600 }),
  lives: fc.boolean(),
});
type Entry = typeof entry extends fc.Arbitrary<infer Made> ? Made : never;

/** A command in a numbered database: a script chooses it for itself alone. */
const inDatabase = (host: Host, database: number, ...words: string[]): Promise<Reply> =>
  redis(
    host,
    'EVAL',
    `redis.call('SELECT', ARGV[1]) return redis.call(unpack(ARGV, 2))`,
    '0',
    String(database),
    ...words,
  );

async function store(host: Host, { database, key, type, size, lives }: Entry) {
  const many = (of: (at: number) => string[]) => Array.from({ length: size }, (_, at) => of(at)).flat();
  const commands: Readonly<Record<string, string[]>> = {
    string: ['SET', key, 'ab'.repeat(size)],
    hash: ['HSET', key, ...many((at) => [`name-${at}`, `value ${at}`])],
    set: ['SADD', key, ...many((at) => [`member ${at}`])],
    zset: ['ZADD', key, ...many((at) => [String(at / 7), `member ${at}`])],
    list: ['RPUSH', key, ...many((at) => [`item ${at}`])],
    stream: ['XADD', key, '1-1', 'size', String(size)],
  };
  await inDatabase(host, database, 'DEL', key);
  await inDatabase(host, database, ...(commands[type] ?? []));
  if (lives) await inDatabase(host, database, 'PEXPIRE', key, '3600000');
}

const reads: Readonly<Record<string, readonly string[]>> = {
  string: ['GET'],
  hash: ['HGETALL'],
  set: ['SMEMBERS'],
  zset: ['ZRANGE', '0', '-1', 'WITHSCORES'],
  list: ['LRANGE', '0', '-1'],
  stream: ['XRANGE', '-', '+'],
};

/** Every key of every database: its type, its content, and whether it lives for ever. */
async function everything(host: Host): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const database of [0, 1, 3, 15]) {
    for (const key of ((await inDatabase(host, database, 'KEYS', '*')) as Buffer[]).map(String)) {
      const typed = String(await inDatabase(host, database, 'TYPE', key));
      const [command = 'DUMP', ...range] = reads[typed] ?? [];
      const content = JSON.stringify(await inDatabase(host, database, command, key, ...range));
      const parsed = JSON.parse(content) as unknown;
      const ordered =
        Array.isArray(parsed) && ['hash', 'set'].includes(typed)
          ? parsed.map((one) => JSON.stringify(one)).toSorted()
          : parsed;
      found[`${database} ${key}`] = [typed, ordered, Number(await inDatabase(host, database, 'PTTL', key)) > 0];
    }
  }
  return found;
}

describe.skipIf(!version)('against redis-server', () => {
  let host: Host;
  let server: ChildProcess;
  beforeAll(async () => {
    host = new Host();
    for (const folder of [host.tree, join(host.root, 'var/run')]) mkdirSync(folder, { recursive: true });
    server = spawn('redis-server', ['--port', '0', '--unixsocket', socket, '--save', ''], {
      cwd: host.root,
      stdio: 'ignore',
    });
    while ((await redis(host, 'PING').catch(() => '')) !== 'PONG') await setTimeout(20);
  });
  afterAll(() => {
    server?.kill();
    host?.remove();
  });

  test('keys with the prefix go from every numbered database and come back; all others stay', async () => {
    let rollback = 0;
    const property = fc.asyncProperty(fc.array(entry, { maxLength: 8 }), async (entries) => {
      await redis(host, 'FLUSHALL');
      for (const one of entries) await store(host, one);
      const before = await everything(host);
      rollback += 1;
      const env = {
        SSM_RollbackId: `r-${rollback}`,
        SSM_Redis: socket,
        SSM_CacheFolder: 'outputs/none',
        SSM_KeyPrefix: 'signal:',
      };
      const mine = Object.keys(before).filter((name) => name.split(' ')[1]?.startsWith('signal:'));
      const { report } = await host.verdict('clear-cache.py', { ...env, SSM_Step: 's' });
      expect(report).toMatchObject({ keys: { exported: mine.length, removed: mine.length }, lost: false });
      expect(await everything(host)).toEqual(
        Object.fromEntries(Object.entries(before).filter(([name]) => !mine.includes(name))),
      );
      const back = { SSM_Step: 'restore', SSM_Kind: 'check', SSM_Of: 's', SSM_Overwrite: 'no' };
      expect(await host.verdict('restore.py', { ...env, ...back })).toMatchObject({
        verdict: 'done',
        report: { brought_back: mine.length },
      });
      expect(await everything(host)).toEqual(before);
    });
    const { RUNS = '10' } = process.env;
    await fc.assert(property, { numRuns: Number(RUNS) });
  }, 1_200_000);
});
