import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { makeToolbox } from 'embedded-aws/toolbox';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A folder that all test files of a run share. */
    readonly runFolder: string;
    /** The folder in it with the real python3, git and bash for the hosts. */
    readonly toolbox: string;
  }
}

/** Creates the folder that all test files share, and removes it at the end of the run. */
export default async function setup({ provide }: TestProject) {
  const inMemory = process.env['TMPDIR'] === undefined ? memoryFolder() : undefined;
  if (inMemory !== undefined) process.env['TMPDIR'] = inMemory;
  const folder = mkdtempSync(join(tmpdir(), 'rollback-tests-'));
  const toolbox = join(folder, 'toolbox');
  await makeToolbox(toolbox);
  // The python3 of a version manager is a script that takes three times as long to start as Python itself.
  process.env['PATH'] = `${toolbox}${delimiter}${process.env['PATH']}`;
  // Tests start hundreds of Node processes, so each reuses the compiled code of earlier ones.
  process.env['NODE_COMPILE_CACHE'] = join(folder, 'compile-cache');
  process.env['ROLLBACK_ENVIRONMENT_CACHE'] = join(folder, 'environments');
  // The CDK's own check of a template takes 3 to 5 s of a core; tests/cdk/synthesized.ts runs it where a test is about it.
  process.env['CDK_VALIDATION'] = 'false';
  provide('runFolder', folder);
  provide('toolbox', toolbox);
  return () => {
    for (const one of inMemory === undefined ? [folder] : [folder, inMemory])
      rmSync(one, { recursive: true, force: true });
  };
}

const memory = '/dev/shm';
/** A run needs less than a tenth of this. */
const enough = 2 ** 31;

/**
 * Makes a folder for temporary files in the machine's memory. Returns undefined if there is none, such as on macOS, if it
 * is small, or if no program may start from it, as in a container.
 *
 * The host scripts make every file and every commit of SQLite durable (fsync), and on a disk each takes milliseconds.
 */
function memoryFolder(): string | undefined {
  if (process.platform !== 'linux' || !isUsable()) return undefined;
  const prefix = 'rollback-tests-';
  // A killed run removes nothing, and its files would take memory until the machine restarts.
  for (const name of readdirSync(memory))
    if (name.startsWith(prefix) && isOwn(`${memory}/${name}`) && !isRunning(Number(name.slice(prefix.length))))
      rmSync(`${memory}/${name}`, { recursive: true, force: true });
  const folder = `${memory}/${prefix}${process.pid}`;
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755); // tests run programs of other users in it
  return folder;
}

function isUsable(): boolean {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  const [, , type, options = ''] = mounts.findLast((line) => line.split(' ')[1] === memory)?.split(' ') ?? [];
  if (type !== 'tmpfs' || options.split(',').some((one) => one === 'noexec' || one === 'ro')) return false;
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize >= enough;
}

const isOwn = (path: string) => statSync(path, { throwIfNoEntry: false })?.uid === process.getuid?.();

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
