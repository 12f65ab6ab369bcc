import type { ChildProcess } from 'node:child_process';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Host, tradingImage } from '../../infra/host-scripts/host.ts';
import { type Answer, redis, startRedis } from '../../infra/host-scripts/redis-client.ts';

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

const ask = (...words: readonly (string | Buffer)[]) => redis(host, ...words);
const bytes = (answer: Answer) => (Buffer.isBuffer(answer) ? answer : Buffer.alloc(0));

/** All pages of a SCAN, with what is done between them. */
async function scan(words: readonly string[], between: () => Promise<unknown> = async () => {}): Promise<string[]> {
  const found: string[] = [];
  for (let cursor: string | undefined; cursor !== '0'; await between()) {
    const [next, page] = (await ask('SCAN', cursor ?? '0', ...words)) as [Buffer, Buffer[]];
    cursor = next.toString();
    found.push(...page.map(String));
  }
  return found.sort();
}

describe("the image's stand-in for Redis", () => {
  test('has signals and what is not of the signal cache', async () => {
    expect(await scan(['MATCH', 'signal:*', 'COUNT', '3'])).toEqual(
      ['ESM6', 'NQM6'].flatMap((symbol) => ['06', '07', '08'].map((hour) => `signal:${symbol}:20260105-${hour}`)),
    );
    expect(await scan([])).toContain('positions:ESM6');
    expect(await ask('DBSIZE')).toBe(9);
  });

  test('shows every key in a scan that was there all the time, whatever goes meanwhile', async () => {
    const removals = ['signal:ESM6:20260105-06', 'signal:NQM6:20260105-08'];
    const found = await scan(['COUNT', '1'], async () => ask('DEL', removals.shift() ?? 'nothing'));
    expect(found).toEqual(expect.arrayContaining(['positions:ESM6', 'positions:NQM6', 'signal:ESM6:20260105-07']));
  });

  test('restores what it dumped, byte for byte, with its time to live', async () => {
    const value = Buffer.from([0, 255, 13, 10, ...Buffer.from('x'.repeat(300))]);
    await ask('SET', 'bytes', value);
    const dumped = bytes(await ask('DUMP', 'bytes'));
    expect(await ask('DEL', 'bytes', 'nothing')).toBe(1);
    expect(await ask('RESTORE', 'bytes', '5000', dumped)).toBe('OK');
    expect([await ask('GET', 'bytes'), await ask('PTTL', 'bytes')]).toEqual([value, 5000]);
  });

  test('takes what Redis dumped, and dumps as Redis does', async () => {
    // Redis 4's DUMP of the string, as published; RDB version 7.
    const published = Buffer.from("\x00\x0eHI,I'm winner!\x07\x00\xc7>\\{L\x80\x84\x1b", 'latin1');
    expect(await ask('RESTORE', 'greeting', '0', published)).toBe('OK');
    expect(await ask('GET', 'greeting')).toEqual(Buffer.from("HI,I'm winner!"));
    expect(bytes(await ask('DUMP', 'greeting')).subarray(0, 16)).toEqual(published.subarray(0, 16));
  });

  test('refuses a damaged dump, and one over a key that is there unless it replaces', async () => {
    const dumped = bytes(await ask('DUMP', 'positions:ESM6'));
    await expect(ask('RESTORE', 'positions:ESM6', '0', dumped)).rejects.toThrow('BUSYKEY');
    expect(await ask('RESTORE', 'positions:ESM6', '0', dumped, 'REPLACE')).toBe('OK');
    dumped.writeUInt8(dumped.readUInt8(3) ^ 1, 3);
    await expect(ask('RESTORE', 'other', '0', dumped)).rejects.toThrow('DUMP payload version or checksum are wrong');
  });

  test('says of keys that are not there what Redis says', async () => {
    expect([await ask('DUMP', 'no'), await ask('PTTL', 'no'), await ask('EXISTS', 'no', 'session:dashboard')]).toEqual([
      null,
      -2,
      1,
    ]);
    expect([await ask('PTTL', 'session:dashboard'), await ask('PTTL', 'positions:ESM6')]).toEqual([1_800_000, -1]);
  });

  test('has no FLUSHDB, and says that it is not Redis', () =>
    expect(ask('FLUSHDB')).rejects.toThrow("ERR unknown command 'FLUSHDB'; this is the image's stand-in, not Redis"));

  test('outlives its process', async () => {
    await ask('SET', 'kept', 'yes');
    server.kill();
    const other = image.host();
    other.write('var/lib/redis/keys.json', host.read('var/lib/redis/keys.json'));
    const again = await startRedis(other);
    expect(await redis(other, 'GET', 'kept')).toEqual(Buffer.from('yes'));
    again.kill();
    other.remove();
  });
});
