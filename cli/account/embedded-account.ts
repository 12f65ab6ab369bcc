import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { counted } from '../../domain/counted.ts';
import { assemblyKey, cachedAssembly, keepAssembly } from './synthesis-cache.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const runs = join(root, '.local');
const accountProgram = fileURLToPath(import.meta.resolve('embedded-aws/main'));

type Synthesis = Pick<AccountOpening, 'environment' | 'infra' | 'progress'> & { readonly interrupted: AbortSignal };

type EmbeddedAccount = {
  readonly endpoint: string;
  readonly folder: string;
  readonly pid: number | undefined;
  /** Resolves when the account's process has ended, for any reason. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
};

export type AccountOpening = {
  readonly environment: string;
  /** A folder like infra/, absolute; absent: the one that this process reads. */
  readonly infra?: string;
  readonly hosts: number;
  /** The number of hosts, the last ones, that are hybrid nodes; absent: none. */
  readonly hybrid?: number;
  readonly seed: number;
  readonly port: number;
  /** Start of the virtual clock, ISO 8601; absent: the real clock. */
  readonly virtualFrom?: string;
  /** Folder that `cdk synth` wrote; absent: the template is synthesized first. */
  readonly assembly?: string;
  /** Stops the opening and the processes that it started; the error is the signal's reason. */
  readonly interrupted?: AbortSignal;
  /** Receives one line per part that is ready. */
  readonly progress: (line: string) => void;
};

/**
 * Synthesizes the template and opens an embedded account on it, each in a process of its own.
 *
 * The account's process watches its standard input, so it ends with this process, even if this process is killed.
 */
export async function openEmbeddedAccount(opening: AccountOpening): Promise<EmbeddedAccount> {
  const { hosts, progress, interrupted = new AbortController().signal } = opening;
  const folder = newFolder();
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  try {
    const assembly = opening.assembly ?? (await synthesize({ ...opening, interrupted }, folder));
    const child = spawn(process.execPath, [accountProgram, ...accountOptions(opening, assembly, folder)], {
      cwd: root,
      // glibc gives each thread of the functions a heap of its own: 50 MB that stay unused. Other C libraries ignore this.
      env: { ...process.env, MALLOC_ARENA_MAX: '2' },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const endpoint = await timed(`opened the embedded account with ${counted(hosts, 'host')}`, progress, () =>
      killedOnInterrupt(interrupted, child, readEndpoint(child)),
    );
    return {
      endpoint,
      folder,
      pid: child.pid,
      ended: new Promise((resolve) => child.once('close', () => resolve())),
      close: async () => {
        await endChild(child);
        remove();
      },
    };
  } catch (error) {
    remove();
    throw interrupted.aborted ? interrupted.reason : error;
  }
}

const accountOptions = (
  { hosts, hybrid = 0, seed, port, virtualFrom }: AccountOpening,
  assembly: string,
  folder: string,
): string[] => [
  ...['--assembly', assembly],
  ...['--image', hostImage],
  ...['--folder', join(folder, 'account')],
  ...['--hosts', String(hosts)],
  ...['--hybrid', String(hybrid)],
  ...['--seed', String(seed)],
  ...['--port', String(port)],
  ...(virtualFrom ? ['--virtual-from', virtualFrom] : []),
  '--until-stdin-closes',
];

/** The folder in which syntheses find the functions' bundles of earlier ones (cdk/tasks/bundle-cache.ts). */
export const bundles = join(root, 'node_modules/.cache/rollback-bundles');

/** The folder of the host image that all accounts use. */
export const hostImage = join(root, 'rehearsals/host-images/trading');

/** Makes a folder named after this process, and removes the folders of processes that were killed. */
export function newFolder(): string {
  mkdirSync(runs, { recursive: true });
  for (const name of readdirSync(runs))
    if (!isAlive(Number(name.split('-')[0]))) rmSync(join(runs, name), { recursive: true, force: true });
  const folder = join(runs, `${process.pid}-${Date.now()}`);
  mkdirSync(folder);
  return folder;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export async function timed<T>(what: string, progress: (line: string) => void, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await work();
  progress(`${what} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
  return result;
}

/**
 * Synthesizes an environment's template in a process of its own, unless the cache has the assembly of the same sources.
 *
 * Returns the assembly's folder, whose files must stay as they are. `folder` is for the files of this run.
 */
export async function synthesize(
  { environment, infra, interrupted, progress }: Synthesis,
  folder: string,
): Promise<string> {
  const key = assemblyKey(environment, infra);
  const known = cachedAssembly(key);
  if (known) {
    progress('the template is synthesized already: nothing that it is made of has changed');
    return known;
  }
  const assembly = join(folder, 'cdk.out');
  await timed('synthesized the template', progress, async () => {
    const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { context: object };
    const place = { CDK_OUTDIR: assembly, CDK_CONTEXT_JSON: JSON.stringify({ ...context, environment }) };
    // The account refuses every resource that it does not know, so only `npm run synth` runs the CDK's own check (4 s) and
    // the review by cdk-nag (2 s).
    const unchecked = { CDK_VALIDATION: 'false', ROLLBACK_REVIEW: 'false' };
    // TMPDIR: a bundler that is killed leaves files behind; they are removed with the folder.
    const own = { ...place, ...unchecked, ...(infra ? { ROLLBACK_INFRA: infra } : {}), TMPDIR: folder };
    const env = { ROLLBACK_BUNDLES: bundles, ...process.env, ...own };
    const child = spawn(process.execPath, ['cdk/app.ts'], { cwd: root, env, stdio: ['ignore', 'ignore', 'pipe'] });
    const stderr = collectStderr(child);
    const closed = new Promise((resolve) => child.once('close', resolve));
    const code = await killedOnInterrupt(interrupted, child, closed);
    if (code !== 0) throw new Error(stderr().trim() || `cdk/app.ts ended with exit code ${code}.`);
  });
  return keepAssembly(key, assembly);
}

/** Returns the result of `work`; an interruption kills the child, so that `work` ends. */
async function killedOnInterrupt<T>(interrupted: AbortSignal, child: ChildProcess, work: Promise<T>): Promise<T> {
  const stop = () => void child.kill();
  if (interrupted.aborted) stop();
  interrupted.addEventListener('abort', stop, { once: true });
  try {
    return await work;
  } finally {
    interrupted.removeEventListener('abort', stop);
  }
}

/** Returns the endpoint in the account's first line. An account that ends before it rejects with its error text. */
function readEndpoint(child: ChildProcess): Promise<string> {
  const stderr = collectStderr(child);
  return new Promise((resolve, reject) => {
    child.once('close', () => reject(new Error(stderr().trim() || 'The embedded account ended before it was open.')));
    if (child.stdout)
      createInterface({ input: child.stdout }).once('line', (line) =>
        resolve((JSON.parse(line) as { endpoint: string }).endpoint),
      );
  });
}

/** Collects a child's standard error; the returned function gives its last 10,000 characters. */
function collectStderr({ stderr }: ChildProcess): () => string {
  let text = '';
  stderr?.on('data', (chunk) => {
    text = (text + chunk).slice(-10_000);
  });
  return () => text;
}

function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('close', () => resolve());
    child.stdin?.end();
  });
}
