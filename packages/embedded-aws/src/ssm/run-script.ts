import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** A script to run on a host, and how long it may take. */
export type Script = {
  readonly file: string;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Holds the bash to run it with. */
  readonly toolbox: string;
  readonly milliseconds: number;
};

/** How a script ended: by itself, because its time was up, or because somebody stopped it. */
export type ScriptEnd = {
  readonly reason: 'exited' | 'time is up' | 'stopped';
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
};

/** GetCommandInvocation answers with the first 24,000 characters of stdout and the first 8,000 of stderr. */
const MOST_STDOUT = 24_000;
const MOST_STDERR = 8_000;

/** Runs a script; `stop` ends it early. */
export type RunScript = (script: Script, stop: AbortSignal) => Promise<ScriptEnd>;

/** What the agent reports for a script that a signal ended; Go's WaitStatus.ExitStatus gives -1 there. */
const ENDED_BY_SIGNAL = -1;

/** A process that left the group (setsid) may keep the pipes open; nobody waits longer for it than this. */
const PIPES_STAY_OPEN_AT_MOST = 1_000;

/**
 * Holds the script to the account: if the account dies, so does everything the script started.
 *
 * The account keeps the other end of fd 3 open and never writes. When the account ends, however it ends, the reader
 * sees the end of the file and kills its process group, which is the script's. The script itself gets no fd 3, and is
 * started with exec, so that it keeps the group's first process, has no job in its table (a bare `wait` would wait for
 * the reader forever), and none of its exit code is lost.
 */
const LIFELINE = '{ read -r _ <&3; kill -KILL 0; } </dev/null >/dev/null 2>&1 & exec "$1" --noprofile --norc "$2" 3<&-';

/** Runs a script as a real child in a process group of its own, and leaves no process of the group behind. */
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
    const timeIsUp = setTimeout(() => end('time is up'), script.milliseconds);
    stop.addEventListener('abort', stopped, { once: true });

    const settle = (exitCode: number, complaint = '') => {
      clearTimeout(timeIsUp);
      stop.removeEventListener('abort', stopped);
      resolve({ reason, exitCode, stdout: stdout(), stderr: stderr() + complaint });
    };
    child.once('error', (error) => settle(1, `failed to run commands: ${error.message}`));
    child.once('exit', () => {
      clearTimeout(timeIsUp);
      killGroup();
      const letGo = setTimeout(() => child.stdio.forEach((stream) => void stream?.destroy()), PIPES_STAY_OPEN_AT_MOST);
      child.once('close', () => clearTimeout(letGo));
    });
    child.once('close', (exitCode) => settle(exitCode ?? ENDED_BY_SIGNAL));
  });
}

function killProcessGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    // Nobody of the group is left, or (EPERM, on macOS) only who has ended already.
    if (!['ESRCH', 'EPERM'].includes(String((error as NodeJS.ErrnoException).code))) throw error;
  }
}

/** Keeps the first characters of a stream and drains the rest, so that a talkative script never blocks. */
function firstCharacters(stream: Readable | null, most: number): () => string {
  let kept = '';
  stream?.setEncoding('utf8').on('data', (text: string) => {
    if (kept.length < most) kept += text;
  });
  return () => kept.slice(0, most);
}
