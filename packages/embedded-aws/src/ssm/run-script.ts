import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Instant } from '../clock/clock.ts';
import type { Host } from './host.ts';

/** A script to run on a host, with its time limit. */
export type Script = {
  readonly file: string;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The folder of the bash that runs the script. */
  readonly toolbox: string;
  readonly milliseconds: number;
};

/** The end of a script: it exited, timed out, or was stopped. */
export type ScriptEnd = {
  readonly reason: 'exited' | 'timed out' | 'stopped';
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
};

/** GetCommandInvocation returns the first 24,000 characters of stdout and the first 8,000 of stderr. */
const MOST_STDOUT = 24_000;
const MOST_STDERR = 8_000;

/** A script as a host receives it: with the document that it comes from, and the document's parameters. */
export type HostScript = Script & {
  readonly host: Host;
  readonly document: string;
  /** The instant at which it starts, by the host's own clock. */
  readonly now: Instant;
  /** By the variable that holds it, such as SSM_Step. */
  readonly parameters: Readonly<Record<string, string>>;
};

/** Runs a script; `stop` ends it early. `started` is called when its process has been started, if it is one. */
export type RunScript = (script: HostScript, stop: AbortSignal, started?: () => void) => Promise<ScriptEnd>;

/** The exit code that the agent reports after a signal, because Go's WaitStatus.ExitStatus returns -1. */
const ENDED_BY_SIGNAL = -1;

/** Milliseconds after which the pipes are closed. A process that left the group (setsid) may keep them open. */
const PIPES_OPEN_AT_MOST = 1_000;

/**
 * Starts a script so that it and all processes it starts die with the account.
 *
 * The account keeps the other end of fd 3 open and never writes to it. When the account ends for any reason, the reader
 * reaches the end of the file and kills its process group, which is also the script's.
 * The script itself gets no fd 3. Starting it with exec has three effects: it is the group's first process, its job
 * table is empty (a bare `wait` would wait for the reader forever), and its exit code is preserved.
 */
const LIFELINE = '{ read -r _ <&3; kill -KILL 0; } </dev/null >/dev/null 2>&1 & exec "$1" --noprofile --norc "$2" 3<&-';

/** Runs a script as a child in its own process group, and kills all processes of the group at the end. */
export function runScript(script: Script, stop: AbortSignal): Promise<ScriptEnd> {
  const bash = join(script.toolbox, 'bash');
  const child = spawn(bash, ['--noprofile', '--norc', '-c', LIFELINE, 'lifeline', bash, script.file], {
    cwd: script.folder,
    env: script.environment,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const killGroup = () => {
    if (child.pid !== undefined) killProcessGroup(child.pid);
  };
  const stdout = firstCharacters(child.stdout, MOST_STDOUT);
  const stderr = firstCharacters(child.stderr, MOST_STDERR);

  return new Promise((resolve) => {
    let reason: ScriptEnd['reason'] = 'exited';
    const end = (why: ScriptEnd['reason']) => {
      reason = why;
      killGroup();
    };
    const stopped = () => end('stopped');
    const timeout = setTimeout(() => end('timed out'), script.milliseconds);
    stop.addEventListener('abort', stopped, { once: true });

    const settle = (exitCode: number, startError = '') => {
      clearTimeout(timeout);
      stop.removeEventListener('abort', stopped);
      resolve({ reason, exitCode, stdout: stdout(), stderr: stderr() + startError });
    };
    child.once('error', (error) => settle(1, `failed to run commands: ${error.message}`));
    child.once('exit', () => {
      clearTimeout(timeout);
      killGroup();
      const closePipes = setTimeout(() => child.stdio.forEach((stream) => void stream?.destroy()), PIPES_OPEN_AT_MOST);
      child.once('close', () => clearTimeout(closePipes));
    });
    child.once('close', (exitCode) => settle(exitCode ?? ENDED_BY_SIGNAL));
  });
}

function killProcessGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    // ESRCH: the group has no process left. EPERM, on macOS: all of its processes have already ended.
    if (!['ESRCH', 'EPERM'].includes(String((error as NodeJS.ErrnoException).code))) throw error;
  }
}

/** Keeps the first characters of a stream and discards the rest, so that a script with much output never blocks. */
function firstCharacters(stream: Readable | null, most: number): () => string {
  let kept = '';
  stream?.setEncoding('utf8').on('data', (text: string) => {
    if (kept.length < most) kept += text;
  });
  return () => kept.slice(0, most);
}
