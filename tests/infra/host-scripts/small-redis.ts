import { rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';

type Entry = { readonly value: Buffer; readonly pttl: number };

/**
 * Starts a Redis of a few commands on a unix socket: INFO, SCAN in pages of two, TYPE, PTTL, DUMP, RESTORE, DEL, and DEL in
 * a transaction. A dump is the value.
 */
export async function smallRedis(socket: string, entries: Readonly<Record<string, string>> = {}) {
  const keys = new Map(
    Object.entries(entries).map(([key, value]): [string, Entry] => [key, { value: Buffer.from(value), pttl: -1 }]),
  );
  const asked: string[] = [];
  let stalled = '';
  let before: (() => void) | undefined;

  const commands: Readonly<Record<string, (...words: Buffer[]) => Buffer | undefined>> = {
    SCAN: (cursor, _, pattern) => {
      const wanted = asRegExp(String(pattern));
      const all = [...keys.keys()].toSorted();
      const [from, to] = [Number(cursor), Number(cursor) + 2];
      const page = all.slice(Math.max(0, from - 1), to).filter((key) => wanted.test(key)); // returns one key twice, as SCAN may
      return array([
        bulk(Buffer.from(to < all.length ? String(to) : '0')),
        array(page.map((key) => bulk(Buffer.from(key)))),
      ]);
    },
    TYPE: (key) => Buffer.from(keys.has(String(key)) ? '+string\r\n' : '+none\r\n'),
    PTTL: (key) => Buffer.from(`:${keys.get(String(key))?.pttl ?? -2}\r\n`),
    DUMP: (key) => bulk(keys.get(String(key))?.value),
    RESTORE: (key, pttl, value, replace) => {
      if (keys.has(String(key)) && !replace) return Buffer.from('-BUSYKEY Target key name already exists.\r\n');
      keys.set(String(key), { value: value ?? Buffer.of(), pttl: Number(pttl) || -1 });
      return Buffer.from('+OK\r\n');
    },
    DEL: (key) => Buffer.from(`:${Number(keys.delete(String(key)))}\r\n`),
    INFO: () => bulk(Buffer.from(`# Keyspace\r\n${keys.size > 0 ? `db0:keys=${keys.size}\r\n` : ''}`)),
  };
  const serve = (connection: Socket) => {
    let unread = Buffer.of();
    let watched: readonly (readonly [key: string, entry: Entry | undefined])[] = [];
    let queued: (() => Buffer)[] | undefined;
    /** Returns the response to a command; in a transaction it waits for EXEC. */
    const respond = (name: string, words: Buffer[]): Buffer => {
      const run = () => commands[name]?.(...words) ?? Buffer.from(`-ERR unknown command '${name}'\r\n`);
      if (name === 'WATCH') watched = words.map((key) => [String(key), keys.get(String(key))]);
      else if (name === 'UNWATCH') watched = [];
      else if (name === 'MULTI') queued = [];
      else if (name === 'EXEC') {
        const responses = watched.every(([key, entry]) => keys.get(key) === entry)
          ? queued?.map((each) => each())
          : null;
        [watched, queued] = [[], undefined];
        return responses ? array(responses) : Buffer.from('*-1\r\n');
      } else if (queued) {
        queued.push(run);
        return Buffer.from('+QUEUED\r\n');
      } else return run();
      return Buffer.from('+OK\r\n');
    };
    connection
      .on('error', () => {})
      .on('data', (data) => {
        unread = Buffer.concat([unread, data]);
        for (let parsed = parse(unread); parsed; parsed = parse(unread)) {
          const [name = '', ...words] = parsed.words;
          unread = parsed.rest;
          asked.push(String(name));
          if (String(name) === stalled) return;
          before?.();
          before = undefined;
          connection.write(respond(String(name), words));
        }
      });
  };
  const server = createServer(serve);
  await new Promise<void>((listening) => server.listen(socket, listening));
  return {
    asked,
    set: (key: string, value: string | Buffer, pttl = -1) => keys.set(key, { value: Buffer.from(value), pttl }),
    /** Returns all entries, sorted by key. */
    all: () => Object.fromEntries([...keys].toSorted().map(([key, { value, pttl }]) => [key, { value, pttl }])),
    /** Never responds to this command from now on; '' responds to all again. */
    stall: (command: string) => {
      stalled = command;
    },
    /** Runs `action` once, before the next response. */
    beforeNext: (action: () => void) => {
      before = action;
    },
    close: async () => {
      await new Promise((closed) => server.close(closed));
      rmSync(socket, { force: true });
    },
  };
}

const bulk = (value: Buffer | undefined) =>
  value ? Buffer.concat([Buffer.from(`$${value.length}\r\n`), value, Buffer.from('\r\n')]) : Buffer.from('$-1\r\n');
const array = (items: readonly Buffer[]) => Buffer.concat([Buffer.from(`*${items.length}\r\n`), ...items]);

/** Returns the first complete command, an array of bulk strings, or undefined. */
function parse(data: Buffer): { words: Buffer[]; rest: Buffer<ArrayBuffer> } | undefined {
  let at = 0;
  const number = () => {
    const end = data.indexOf('\r\n', at);
    if (end === -1) return undefined;
    const found = Number(data.subarray(at + 1, end));
    at = end + 2;
    return found;
  };
  const count = number();
  const words: Buffer[] = [];
  for (let i = 0; i < (count ?? 0); i += 1) {
    const length = number();
    if (length === undefined || data.length < at + length + 2) return undefined;
    words.push(data.subarray(at, at + length));
    at += length + 2;
  }
  return count === undefined ? undefined : { words, rest: Buffer.from(data.subarray(at)) };
}

/** Reads a pattern as Redis does: * and ? are any characters, [ab] one of these, and a backslash takes the next as it is. */
function asRegExp(pattern: string): RegExp {
  const parts = pattern.matchAll(/\\(?<escaped>.)|(?<any>[*?])|(?<one>\[[^\]]*\])|(?<plain>.)/gs);
  const literal = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const read = [...parts].map(({ groups: { escaped, any, one, plain } = {} }) => {
    if (any) return any === '*' ? '.*' : '.';
    return one ?? literal(escaped ?? plain ?? '');
  });
  return new RegExp(`^${read.join('')}$`, 's');
}
