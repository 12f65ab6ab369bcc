import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const runs = join(root, '.local');
const accountProgram = fileURLToPath(import.meta.resolve('embedded-aws/main'));

type EmbeddedAccount = {
  readonly endpoint: string;
  readonly folder: string;
  readonly pid: number | undefined;
  /** Resolves when the account's process is over, whoever ended it. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
};

export type AccountOpening = {
  readonly environment: string;
  readonly hosts: number;
  readonly seed: number;
  readonly port: number;
  /** Virtual time from this instant; absent: the real clock. */
  readonly virtualFrom?: string;
  /** What `cdk synth` wrote; absent: synthesized now. */
  readonly assembly?: string;
  /** Ends the opening, and what it started, with the signal's reason; absent: nothing does. */
  readonly interrupted?: AbortSignal;
  /** Told as each part is ready. */
  readonly progress: (line: string) => void;
};

/**
 * Synthesizes the template and opens an embedded account on it, each as a process of its own.
 *
 * The account ends when this process does, even if that is killed: it watches its standard input.
 */
export async function openEmbeddedAccount(opening: AccountOpening): Promise<EmbeddedAccount> {
  const { hosts, progress, interrupted = new AbortController().signal } = opening;
  const folder = newFolder();
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  try {
    const assembly = opening.assembly ?? (await synthesized({ ...opening, interrupted }, folder));
    const child = spawn(process.execPath, [accountProgram, ...words(opening, assembly, folder)], {
      cwd: root,
      // glibc gives each of the functions' threads a heap of its own, which keeps 50 MB nobody uses; elsewhere it says nothing.
      env: { ...process.env, MALLOC_ARENA_MAX: '2' },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const endpoint = await timed(`opened the embedded account with ${hosts} hosts`, progress, () =>
      endedBy(interrupted, child, opened(child)),
    );
    return {
      endpoint,
      folder,
      pid: child.pid,
      ended: new Promise((resolve) => child.once('close', () => resolve())),
      close: async () => {
        await ended(child);
        remove();
      },
    };
  } catch (error) {
    remove();
    throw interrupted.aborted ? interrupted.reason : error;
  }
}

const words = ({ hosts, seed, port, virtualFrom }: AccountOpening, assembly: string, folder: string): string[] => [
  ...['--assembly', assembly],
  ...['--image', join(root, 'rehearsals/host-images/trading')],
  ...['--folder', join(folder, 'account')],
  ...['--hosts', String(hosts)],
  ...['--seed', String(seed)],
  ...['--port', String(port)],
  ...(virtualFrom ? ['--virtual-from', virtualFrom] : []),
  '--until-stdin-closes',
];

/** A folder named for this process; those of processes that were killed are cleared away. */
function newFolder(): string {
  mkdirSync(runs, { recursive: true });
  for (const name of readdirSync(runs))
    if (!lives(Number(name.split('-')[0]))) rmSync(join(runs, name), { recursive: true, force: true });
  const folder = join(runs, `${process.pid}-${Date.now()}`);
  mkdirSync(folder);
  return folder;
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function timed<T>(what: string, progress: (line: string) => void, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await work();
  progress(`${what} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
  return result;
}

async function synthesized(
  { environment, interrupted, progress }: AccountOpening & { readonly interrupted: AbortSignal },
  folder: string,
): Promise<string> {
  const assembly = join(folder, 'cdk.out');
  await timed('synthesized the template', progress, async () => {
    const context = { CDK_OUTDIR: assembly, CDK_CONTEXT_JSON: JSON.stringify({ environment }) };
    // The account itself refuses what it does not know, so the CDK's own check of the template (4 s) is for `npm run synth`.
    const unchecked = { CDK_VALIDATION: 'false' };
    // TMPDIR: what the bundler leaves behind when it is killed goes with the folder.
    const env = { ...process.env, ...context, ...unchecked, TMPDIR: folder };
    const child = spawn(process.execPath, ['cdk/app.ts'], { cwd: root, env, stdio: ['ignore', 'ignore', 'pipe'] });
    const said = collect(child);
    const code = await endedBy(interrupted, child, new Promise((resolve) => child.once('close', resolve)));
    if (code !== 0) throw new Error(said().trim() || `cdk/app.ts ended with code ${code}.`);
  });
  return assembly;
}

/** What `work` gives; an interruption meanwhile ends the child, which lets `work` end. */
async function endedBy<T>(interrupted: AbortSignal, child: ChildProcess, work: Promise<T>): Promise<T> {
  const stop = () => void child.kill();
  if (interrupted.aborted) stop();
  interrupted.addEventListener('abort', stop, { once: true });
  try {
    return await work;
  } finally {
    interrupted.removeEventListener('abort', stop);
  }
}

/** The account's first line says where it is; an account that ends before has said why. */
function opened(child: ChildProcess): Promise<string> {
  const said = collect(child);
  return new Promise((resolve, reject) => {
    child.once('close', () => reject(new Error(said().trim() || 'The embedded account ended before it was open.')));
    if (child.stdout)
      createInterface({ input: child.stdout }).once('line', (line) =>
        resolve((JSON.parse(line) as { endpoint: string }).endpoint),
      );
  });
}

function collect({ stderr }: ChildProcess): () => string {
  let text = '';
  stderr?.on('data', (chunk) => {
    text = (text + chunk).slice(-10_000);
  });
  return () => text;
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('close', () => resolve());
    child.stdin?.end();
  });
}
