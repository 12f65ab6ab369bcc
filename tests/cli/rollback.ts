import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';
import { atEndOfFile } from '../at-end-of-file.ts';

export const root = join(import.meta.dirname, '../..');
export const firstStory = 'rehearsals/stories/corruption-healed.yaml';
/** The story of tests that need any story. */
export const shortStory = 'tests/cli/one-host.yaml';

type Ended = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
};

/** Leaders of the process groups that were started; each is killed after its test file. */
const leaders: number[] = [];

/** Runs `rollback WORDS…` as a process of its own. */
export async function rollback(words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return startRollback(words, env).ended;
}

/** Runs `rollback WORDS…` on a terminal and types the keys once it asks. Standard output and error arrive as one. */
export async function rollbackOnTerminal(keys: string, words: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const program = [process.execPath, 'cli/main.ts', ...words];
  const child = spawn('python3', ['tests/cli/on-a-terminal.py', keys, ...program], {
    cwd: root,
    env: { ...process.env, TERM: 'xterm-256color', NO_COLOR: undefined, FORCE_COLOR: undefined, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      output[stream] += text;
    });
  const { code, stdout, stderr } = await endOf(child, output);
  if (stderr !== '') throw new Error(stderr);
  return { code, shown: stdout.replaceAll('\r\n', '\n') };
}

/** Starts `rollback WORDS…` as the leader of a process group, as a terminal does, and returns without waiting for its end. */
export function startRollback(words: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, ['cli/main.ts', ...words], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const pid = child.pid ?? 0;
  leaders.push(pid);
  atEndOfFile(() => signalGroup(pid, 'SIGKILL'));
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream]?.setEncoding('utf8').on('data', (text: string) => {
      output[stream] += text;
    });
  return { pid, child, output, ended: endOf(child, output) };
}

const endOf = (child: ChildProcess, output: { stdout: string; stderr: string }): Promise<Ended> =>
  new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal, ...output })));

export function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Variables of a command that finds no synthesized template of an earlier run. */
export const neverSynthesized = () => ({
  ROLLBACK_SYNTHESIS_CACHE: join(inject('runFolder'), `assemblies-${leaders.length}`),
});

/** Returns the names of the folders that one run of `rollback` made, by its process id. */
export const foldersOf = (pid: number): string[] => {
  try {
    return readdirSync(join(root, '.local')).filter((name) => name.startsWith(`${pid}-`));
  } catch {
    return [];
  }
};

/** Returns the processes of a run: those that name its folder in their arguments, environment or working directory. */
export function processesOf(pid: number): string[] {
  const mark = `/.local/${pid}-`;
  const found = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && name !== String(process.pid));
  return found
    .filter((name) => name === String(pid) || tracesOf(name).includes(mark))
    .filter((name) => !/\) [ZX] /.test(read(`/proc/${name}/stat`) || ') X '))
    .map((name) => `${name} ${read(`/proc/${name}/cmdline`).replaceAll('\0', ' ')}`);
}

const tracesOf = (process: string) =>
  [read(`/proc/${process}/cmdline`), read(`/proc/${process}/environ`), folderOf(process)].join('\n');

function folderOf(process: string): string {
  try {
    return readlinkSync(`/proc/${process}/cwd`);
  } catch {
    return ''; // the process has ended
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // the process has ended
  }
}

/** Waits in real time until a condition holds. Throws with `what` after so many seconds. */
export async function eventually(holds: () => boolean, seconds: number, what: () => string): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`Not within ${seconds} s: ${what()}`);
    await sleep(20);
  }
}
