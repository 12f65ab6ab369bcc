import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join, relative } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Host, python } from './host.ts';

/** Starts the image's stand-in for Redis alone, on a host whose trading system does not run. */
export async function startRedis(host: Host): Promise<ChildProcess> {
  const child = spawn(python, ['-ISB', join(host.root, 'bin/redis-server'), host.root], { stdio: 'ignore' });
  while (!existsSync(join(host.root, 'var/run/redis.sock'))) await setTimeout(10);
  return child;
}

export type Reply = Buffer | number | string | null | readonly Reply[];

/** Sends one command and returns its reply. Words may be bytes. */
export function redis(host: Host, ...words: readonly (string | Buffer)[]): Promise<Reply> {
  const socket = createConnection(relative('.', join(host.root, 'var/run/redis.sock')));
  const parts = words.map((word) => Buffer.from(word));
  socket.write(
    Buffer.concat([head('*', parts.length), ...parts.flatMap((part) => [head('$', part.length), part, end])]),
  );
  return new Promise((resolve, reject) => {
    let read = Buffer.alloc(0);
    socket.on('data', (data) => {
      read = Buffer.concat([read, data]);
      const reply = replyIn(read);
      if (!reply) return;
      socket.destroy();
      if (typeof reply.value === 'string' && reply.value.startsWith('-')) reject(new Error(reply.value.slice(1)));
      else resolve(reply.value);
    });
    socket.on('error', reject);
  });
}

const end = Buffer.from('\r\n');
const head = (kind: string, count: number) => Buffer.from(`${kind}${count}\r\n`);

/** Returns the first reply and the bytes after it, or undefined while the reply is incomplete. */
function replyIn(read: Buffer): { value: Reply; rest: Buffer } | undefined {
  const at = read.indexOf(end);
  if (at === -1) return undefined;
  const [kind, text, rest] = [String.fromCharCode(read[0] ?? 0), read.toString('utf8', 1, at), read.subarray(at + 2)];
  if (kind === '+') return { value: text, rest };
  if (kind === '-') return { value: `-${text}`, rest };
  if (kind === ':') return { value: Number(text), rest };
  const size = Number(text);
  if (kind === '*') return listIn(size, rest);
  if (size === -1) return { value: null, rest };
  return rest.length < size + 2 ? undefined : { value: rest.subarray(0, size), rest: rest.subarray(size + 2) };
}

function listIn(size: number, read: Buffer): { value: Reply; rest: Buffer } | undefined {
  const list: Reply[] = [];
  let rest = read;
  for (let item = 0; item < size; item += 1) {
    const reply = replyIn(rest);
    if (!reply) return undefined;
    list.push(reply.value);
    rest = reply.rest;
  }
  return { value: list, rest };
}
