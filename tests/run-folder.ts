import { mkdtempSync, rmSync } from 'node:fs';
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
  const folder = mkdtempSync(join(tmpdir(), 'rollback-tests-'));
  const toolbox = join(folder, 'toolbox');
  await makeToolbox(toolbox);
  // The python3 of a version manager is a script that takes three times as long to start as Python itself.
  process.env['PATH'] = `${toolbox}${delimiter}${process.env['PATH']}`;
  // Tests start hundreds of Node processes, so each reuses the compiled code of earlier ones.
  process.env['NODE_COMPILE_CACHE'] = join(folder, 'compile-cache');
  process.env['ROLLBACK_ENVIRONMENT_CACHE'] = join(folder, 'environments');
  provide('runFolder', folder);
  provide('toolbox', toolbox);
  return () => rmSync(folder, { recursive: true, force: true });
}
