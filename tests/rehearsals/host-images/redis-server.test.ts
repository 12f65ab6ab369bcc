import type { ChildProcess } from 'node:child_process';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Host, tradingImage } from '../../infra/host-scripts/host.ts';
import { type Reply, redis, startRedis } from '../../infra/host-scripts/redis-client.ts';

let image: ReturnType<typeof tradingImage>;
let host: Host;
let server: ChildProcess;

beforeAll(() => {
  image = tradingImage();
});
afterAll(() => image.remove());
beforeEach(async () => {
  host = image.host();
  server = await startRedis(host);
});
afterEach(() => {
  server.kill();
  host.remove();
});

const send = (...words: readonly (string | Buffer)[]) => redis(host, ...words);
const bytes = (reply: Reply) => (Buffer.isBuffer(reply) ? reply : Buffer.alloc(0));

/** Returns the keys of all pages of a SCAN, and calls `between` after each page. */
async function scan(words: readonly string[], between: () => Promise<unknown> = async () => {}): Promise<string[]> {
  const found: string[] = [];
  for (let cursor: string | undefined; cursor !== '0'; await between()) {
    const [next, page] = (await send('SCAN', cursor ?? '0', ...words)) as [Buffer, Buffer[]];
    cursor = next.toString();
    found.push(...page.map(String));
  }
  return found.sort();
}

describe("the image's stand-in for Redis", () => {
  test('holds signals and keys that do not belong to the signal cache', async () => {
    expect(await scan(['MATCH', 'signal:*', 'COUNT', '3'])).toEqual(
      ['ESM6', 'NQM6'].flatMap((symbol) => ['06', '07', '08'].map((hour) => `signal:${symbol}:20260105-${hour}`)),
    );
    expect(await scan([])).toContain('positions:ESM6');
    expect(await send('DBSIZE')).toBe(9);
  });

  test('returns every key in a scan that exists throughout, even if others are deleted meanwhile', async () => {
    const removals = ['signal:ESM6:20260105-06', 'signal:NQM6:20260105-08'];
    const found = await scan(['COUNT', '1'], async () => send('DEL', removals.shift() ?? 'nothing'));
    expect(found).toEqual(expect.arrayContaining(['positions:ESM6', 'positions:NQM6', 'signal:ESM6:20260105-07']));
  });

  test('restores a key from its dump, byte for byte, with its time to live', async () => {
    const value = Buffer.from([0, 255, 13, 10, ...Buffer.from('x'.repeat(300))]);
    await send('SET', 'bytes', value);
    const dumped = bytes(await send('DUMP', 'bytes'));
    expect(await send('DEL', 'bytes', 'nothing')).toBe(1);
    expect(await send('RESTORE', 'bytes', '5000', dumped)).toBe('OK');
    expect([await send('GET', 'bytes'), await send('PTTL', 'bytes')]).toEqual([value, 5000]);
  });

  test('restores a dump of Redis, and dumps in the same format', async () => {
    // Redis 4's DUMP of the string, as published; RDB version 7.
    const published = Buffer.from("\x00\x0eHI,I'm winner!\x07\x00\xc7>\\{L\x80\x84\x1b", 'latin1');
    expect(await send('RESTORE', 'greeting', '0', published)).toBe('OK');
    expect(await send('GET', 'greeting')).toEqual(Buffer.from("HI,I'm winner!"));
    expect(bytes(await send('DUMP', 'greeting')).subarray(0, 16)).toEqual(published.subarray(0, 16));
  });

  test('refuses a damaged dump, and a dump over an existing key without REPLACE', async () => {
    const dumped = bytes(await send('DUMP', 'positions:ESM6'));
    await expect(send('RESTORE', 'positions:ESM6', '0', dumped)).rejects.toThrow('BUSYKEY');
    expect(await send('RESTORE', 'positions:ESM6', '0', dumped, 'REPLACE')).toBe('OK');
    dumped.writeUInt8(dumped.readUInt8(3) ^ 1, 3);
    await expect(send('RESTORE', 'other', '0', dumped)).rejects.toThrow('DUMP payload version or checksum are wrong');
  });

  test('replies as Redis does for missing keys', async () => {
    expect([
      await send('DUMP', 'no'),
      await send('PTTL', 'no'),
      await send('EXISTS', 'no', 'session:dashboard'),
    ]).toEqual([null, -2, 1]);
    expect([await send('PTTL', 'session:dashboard'), await send('PTTL', 'positions:ESM6')]).toEqual([1_800_000, -1]);
  });

  test('has no FLUSHDB, and its error names the stand-in', () =>
    expect(send('FLUSHDB')).rejects.toThrow("ERR unknown command 'FLUSHDB'; this is the image's stand-in, not Redis"));

  test('keeps its keys after its process ends', async () => {
    await send('SET', 'kept', 'yes');
    server.kill();
    const other = image.host();
    other.write('var/lib/redis/keys.json', host.read('var/lib/redis/keys.json'));
    const again = await startRedis(other);
    expect(await redis(other, 'GET', 'kept')).toEqual(Buffer.from('yes'));
    again.kill();
    other.remove();
  });
});
