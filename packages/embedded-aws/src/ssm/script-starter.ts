import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Script, ScriptEnd } from './run-script.ts';
import type { FromStarter, ToStarter } from './script-starter-process.ts';

export type ScriptStarter = {
  readonly run: (script: Script, stop: AbortSignal, started?: () => void) => Promise<ScriptEnd>;
  /** Kills every running script; resolves when the process that starts scripts has ended. */
  close(): Promise<void>;
};

/** A run whose script has not ended. */
type Waiting = { readonly started: () => void; readonly settle: (end: ScriptEnd) => void };

/**
 * Runs scripts from a small process beside the account.
 *
 * Starting a child copies its parent's page tables. That takes 1 ms from a small process, and 20 to 40 ms from a process
 * of 600 MB (measured). The account has that size because of its functions' threads. A rollback on three hosts starts
 * about thirty scripts.
 */
export function scriptStarter(): ScriptStarter {
  const file = fileURLToPath(new URL('./script-starter-process.ts', import.meta.url));
  const child = fork(file, { env: {}, execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  const waiting = new Map<number, Waiting>();
  let runs = 0;
  let failure: string | undefined;
  const { promise: ended, resolve: resolveEnded } = Promise.withResolvers<void>();
  const end = (why: string) => {
    failure = why;
    for (const { settle } of waiting.values()) settle(notRun(why));
    waiting.clear();
    resolveEnded();
  };
  child.on('message', ({ run, end: scriptEnd }: FromStarter) => {
    if (!scriptEnd) return waiting.get(run)?.started();
    waiting.get(run)?.settle(scriptEnd);
    waiting.delete(run);
  });
  child.once('error', (error) => end(error.message));
  child.once('exit', (code, signal) => end(`the process that starts scripts ended with ${signal ?? code}`));
  const post = (message: ToStarter) => child.connected && child.send(message);

  return {
    run: (script, stop, started = () => {}) => {
      if (failure) return Promise.resolve(notRun(failure));
      const run = runs++;
      const stopped = () => post({ type: 'stop', run });
      return new Promise((resolve) => {
        const settle = (scriptEnd: ScriptEnd) => {
          stop.removeEventListener('abort', stopped);
          resolve(scriptEnd);
        };
        waiting.set(run, { started, settle });
        stop.addEventListener('abort', stopped, { once: true });
        post({ type: 'run', run, script });
      });
    },
    close: () => {
      if (child.connected) child.disconnect();
      return ended;
    },
  };
}

const notRun = (why: string): ScriptEnd => ({
  reason: 'exited',
  exitCode: 1,
  stdout: '',
  stderr: `failed to run commands: ${why}`,
});
