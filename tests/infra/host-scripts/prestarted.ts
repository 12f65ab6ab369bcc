import { type ChildProcess, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export type Environment = Readonly<Record<string, string>>;

const scripts = resolve(import.meta.dirname, '../../../infra/host-scripts');

type Waiting = { readonly started: (pid: number) => void; readonly ended: (outcome: Outcome) => void };
type Message = { readonly run: number; readonly pid?: number } & Outcome;

const programs = new Map<string, ReturnType<typeof program>>();

/**
 * Runs the wrapper in a copy of a Python that has started already (prestarted.py): the same scripts in processes of their
 * own, at a tenth of the cost. Tests of the start itself and of kills use Host.start, which starts Python.
 */
export function runPrestarted(python: string, given: { script: string; folder: string; environment: Environment }) {
  const one = programs.get(python) ?? program(python);
  programs.set(python, one);
  return one(given);
}

function program(python: string) {
  const child = spawn(python, ['-E', '-s', '-B', join(import.meta.dirname, 'prestarted.py'), scripts], {
    // As Host.start: no variables by which Python would choose another encoding.
    env: { PATH: '/usr/bin:/bin' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting = new Map<number, Waiting>();
  let runs = 0;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { run, pid, code, stdout, stderr } = JSON.parse(line) as Message;
    if (pid !== undefined) return waiting.get(run)?.started(pid);
    waiting.get(run)?.ended({ code, stdout, stderr });
    waiting.delete(run);
  });
  letEnd(child);
  return ({ script, folder, environment }: { script: string; folder: string; environment: Environment }) => {
    const run = ++runs;
    const { promise: pid, resolve: started } = Promise.withResolvers<number>();
    const { promise: outcome, resolve: ended } = Promise.withResolvers<Outcome>();
    waiting.set(run, { started, ended });
    child.stdin.write(
      `${JSON.stringify({ run, arguments: [join(scripts, 'wrapper.py'), script], folder, environment })}\n`,
    );
    return { pid, outcome };
  };
}

/** Lets this process end without waiting for the child, whose input closes then. */
function letEnd(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdin, child.stdout]) (stream as unknown as { unref?(): void } | null)?.unref?.();
}
