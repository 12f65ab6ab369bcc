import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeToolbox } from 'embedded-aws/toolbox';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A folder that all test files of a run share. */
    readonly runFolder: string;
    /** In it: the real python3, git and bash, as the hosts have them. */
    readonly toolbox: string;
  }
}

/** What test files share lives as long as the run. */
export default async function setup({ provide }: TestProject) {
  const folder = mkdtempSync(join(tmpdir(), 'rollback-tests-'));
  const toolbox = join(folder, 'toolbox');
  await makeToolbox(toolbox);
  // Hundreds of processes of ours are started: what one has compiled, the next need not.
  process.env['NODE_COMPILE_CACHE'] = join(folder, 'compile-cache');
  provide('runFolder', folder);
  provide('toolbox', toolbox);
  return () => rmSync(folder, { recursive: true, force: true });
}
