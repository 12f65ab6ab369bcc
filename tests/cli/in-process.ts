import { format } from 'node:util';
import { rollback as run } from '../../cli/rollback.ts';

type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Commands share this process's variables and output, so one runs at a time. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Runs `rollback WORDS…` in this process: the same program without the start of Node, which takes most of the time of a
 * command. tests/cli/rollback.ts runs a process, for tests of terminals, signals, pipes and what is loaded.
 */
export function rollback(words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const ended = last.then(() => captured(() => withVariables(env, () => run(words))));
  last = ended.catch(() => {});
  return ended;
}

async function withVariables<T>(env: NodeJS.ProcessEnv, work: () => Promise<T>): Promise<T> {
  const before = Object.keys(env).map((name) => [name, process.env[name]] as const);
  const set = (name: string, value: string | undefined) => {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  };
  for (const [name, value] of Object.entries(env)) set(name, value);
  try {
    return await work();
  } finally {
    for (const [name, value] of before) set(name, value);
  }
}

/** Collects what is printed while `work` runs. */
async function captured(work: () => Promise<number>): Promise<Ended> {
  const output = { stdout: '', stderr: '' };
  const restored: (() => void)[] = [];
  const replace = <Of extends object, Name extends keyof Of>(of: Of, name: Name, by: Of[Name]) => {
    const before = of[name];
    of[name] = by;
    restored.push(() => {
      of[name] = before;
    });
  };
  for (const [stream, names] of [
    ['stdout', ['log', 'info']],
    ['stderr', ['error', 'warn']],
  ] as const) {
    for (const name of names)
      replace(console, name, (...words: unknown[]) => {
        output[stream] += `${format(...words)}\n`;
      });
    replace(process[stream], 'write', ((text: string | Uint8Array) => {
      output[stream] += String(text);
      return true;
    }) as typeof process.stdout.write);
  }
  try {
    const code = await work();
    return { code, ...output };
  } finally {
    for (const restore of restored) restore();
  }
}
