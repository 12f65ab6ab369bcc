import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { RunScript, ScriptEnd } from './run-script.ts';
import type { FromStarter, ToStarter } from './script-starter-process.ts';

export type ScriptStarter = {
  readonly run: RunScript;
  /** Kills every script that still runs; resolves when nothing is left. */
  close(): Promise<void>;
};

/**
 * Runs scripts from a small process beside the account.
 *
 * Starting a child copies its parent's page tables: 1 ms from a small process, 20 to 40 ms from one that holds 600 MB, as the
 * account does with its functions' threads (measured). A rollback on three hosts starts some thirty scripts.
 */
export function scriptStarter(): ScriptStarter {
  const file = fileURLToPath(new URL('./script-starter-process.ts', import.meta.url));
  const child = fork(file, { env: {}, execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  const waiting = new Map<number, (end: ScriptEnd) => void>();
  let runs = 0;
  let over: string | undefined;
  const { promise: gone, resolve: nowGone } = Promise.withResolvers<void>();
  const end = (why: string) => {
    over = why;
    for (const settle of waiting.values()) settle(notRun(why));
    waiting.clear();
    nowGone();
  };
  child.on('message', ({ run, end: how }: FromStarter) => {
    waiting.get(run)?.(how);
    waiting.delete(run);
  });
  child.once('error', (error) => end(error.message));
  child.once('exit', (code, signal) => end(`the process that starts scripts ended with ${signal ?? code}`));
  const say = (message: ToStarter) => child.connected && child.send(message);

  return {
    run: (script, stop) => {
      if (over) return Promise.resolve(notRun(over));
      const run = runs++;
      const stopped = () => say({ type: 'stop', run });
      return new Promise((resolve) => {
        waiting.set(run, (how) => {
          stop.removeEventListener('abort', stopped);
          resolve(how);
        });
        stop.addEventListener('abort', stopped, { once: true });
        say({ type: 'run', run, script });
      });
    },
    close: () => {
      if (child.connected) child.disconnect();
      return gone;
    },
  };
}

const notRun = (why: string): ScriptEnd => ({
  reason: 'exited',
  exitCode: 1,
  stdout: '',
  stderr: `failed to run commands: ${why}`,
});
