import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join, relative } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Host, python } from './host.ts';

/** The image's stand-in for Redis by itself, on a host whose trading system does not run. */
export async function startRedis(host: Host): Promise<ChildProcess> {
  const child = spawn(python, ['-ISB', join(host.root, 'bin/redis-server'), host.root], { stdio: 'ignore' });
  while (!existsSync(join(host.root, 'var/run/redis.sock'))) await setTimeout(10);
  return child;
}

export type Answer = Buffer | number | string | null | readonly Answer[];

/** One command and its answer. Words may be bytes. */
export function redis(host: Host, ...words: readonly (string | Buffer)[]): Promise<Answer> {
  const socket = createConnection(relative('.', join(host.root, 'var/run/redis.sock')));
  const parts = words.map((word) => Buffer.from(word));
  socket.write(
    Buffer.concat([head('*', parts.length), ...parts.flatMap((part) => [head('$', part.length), part, end])]),
  );
  return new Promise((resolve, reject) => {
    let read = Buffer.alloc(0);
    socket.on('data', (data) => {
      read = Buffer.concat([read, data]);
      const answer = answerIn(read);
      if (!answer) return;
      socket.destroy();
      if (typeof answer.value === 'string' && answer.value.startsWith('-')) reject(new Error(answer.value.slice(1)));
      else resolve(answer.value);
    });
    socket.on('error', reject);
  });
}

const end = Buffer.from('\r\n');
const head = (kind: string, count: number) => Buffer.from(`${kind}${count}\r\n`);

/** The first answer in what was read, and what follows it; nothing while it is not whole. */
function answerIn(read: Buffer): { value: Answer; rest: Buffer } | undefined {
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

function listIn(size: number, read: Buffer): { value: Answer; rest: Buffer } | undefined {
  const list: Answer[] = [];
  let rest = read;
  for (let item = 0; item < size; item += 1) {
    const answer = answerIn(rest);
    if (!answer) return undefined;
    list.push(answer.value);
    rest = answer.rest;
  }
  return { value: list, rest };
}
