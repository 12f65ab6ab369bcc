import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A program of cli/ that runs in a process of its own. */
export type OwnProgram = {
  /** The folder of the project whose program runs. */
  readonly project: string;
  /** The program's file in cli/, and its arguments. */
  readonly words: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Ends the process; then an error with the signal's reason is thrown. */
  readonly interrupted: AbortSignal;
  /** Receives each line of standard output; `true` ends the process. */
  readonly line?: (line: string) => boolean;
};

/**
 * Runs a program of the project and returns its standard output.
 *
 * Throws an error with the program's standard error if it printed nothing on standard output and failed.
 */
export async function outputOf({ project, words, env = {}, interrupted, line }: OwnProgram): Promise<string> {
  const [program = '', ...rest] = words;
  interrupted.throwIfAborted();
  const child = spawn(process.execPath, [join(project, 'cli', program), ...rest], {
    cwd: project,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = () => void child.kill('SIGTERM');
  interrupted.addEventListener('abort', stop, { once: true });
  let [stdout, stderr, ended] = ['', '', false];
  child.stderr.on('data', (chunk) => {
    stderr = (stderr + chunk).slice(-4000);
  });
  createInterface({ input: child.stdout }).on('line', (text) => {
    stdout += `${text}\n`;
    if (ended || !line?.(text)) return;
    ended = true;
    stop();
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  interrupted.removeEventListener('abort', stop);
  interrupted.throwIfAborted();
  if (!ended && code !== 0 && stdout.trim() === '')
    throw new Error(`${words.join(' ')} failed: ${stderr.trim() || `exit code ${String(code)}`}`);
  return stdout;
}
