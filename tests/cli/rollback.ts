import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll } from 'vitest';

export const root = join(import.meta.dirname, '../..');
export const firstStory = 'rehearsals/stories/corruption-healed.yaml';
/** For tests in which it does not matter what is told. */
export const shortStory = 'tests/cli/one-host.yaml';

type Ended = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
};

/** Whatever a test comes to, nothing that it started outlives its file. */
const leaders: number[] = [];
afterAll(() => {
  for (const leader of leaders) signalGroup(leader, 'SIGKILL');
});

/** `rollback WORDS…` as a process of its own. */
export async function rollback(words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return startRollback(words, env).ended;
}

/** The same while it goes on, as the leader of a process group, as a terminal starts it. */
export function startRollback(words: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, ['cli/main.ts', ...words], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const pid = child.pid ?? 0;
  leaders.push(pid);
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream]?.setEncoding('utf8').on('data', (text: string) => {
      said[stream] += text;
    });
  return { pid, child, said, ended: ending(child, said) };
}

const ending = (child: ChildProcess, said: { stdout: string; stderr: string }): Promise<Ended> =>
  new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal, ...said })));

export function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The folders of one run of `rollback`, by its process. */
export const foldersOf = (pid: number): string[] => {
  try {
    return readdirSync(join(root, '.local')).filter((name) => name.startsWith(`${pid}-`));
  } catch {
    return [];
  }
};

/** Processes that have to do with the run: by their words, their folder or their environment. */
export function processesOf(pid: number): string[] {
  const mark = `/.local/${pid}-`;
  const found = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && name !== String(process.pid));
  return found
    .filter((name) => name === String(pid) || looksAt(name).includes(mark))
    .filter((name) => !/\) [ZX] /.test(read(`/proc/${name}/stat`) || ') X '))
    .map((name) => `${name} ${read(`/proc/${name}/cmdline`).replaceAll('\0', ' ')}`);
}

const looksAt = (process: string) =>
  [read(`/proc/${process}/cmdline`), read(`/proc/${process}/environ`), folderOf(process)].join('\n');

function folderOf(process: string): string {
  try {
    return readlinkSync(`/proc/${process}/cwd`);
  } catch {
    return ''; // it ended meanwhile
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // it ended meanwhile
  }
}

/** Waits, for real, until a condition holds. */
export async function eventually(holds: () => boolean, seconds: number, what: () => string): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`Not within ${seconds} s: ${what()}`);
    await sleep(20);
  }
}
