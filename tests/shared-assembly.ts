import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';

const root = join(import.meta.dirname, '..');
const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { context: object };

/**
 * Returns the cloud assembly of the embedded account's environment.
 *
 * The first test file that needs it synthesizes it, once per run, because that takes seconds of a core. Tests must not
 * change its files.
 */
export async function sharedAssembly(): Promise<{ readonly folder: string; readonly stderr: string }> {
  const folder = join(inject('runFolder'), 'assembly');
  const output = `${folder}.stderr`;
  if (isFirst(`${folder}.begun`)) await synthesize(folder, output);
  // Waits up to four minutes: on a busy machine a synthesis takes one, and its process may wait for a core.
  for (let waited = 0; !existsSync(output); waited += 100) {
    if (waited > 240_000)
      throw new Error('The shared assembly was not complete after 240 s. Another test file started its synthesis.');
    await sleep(100);
  }
  if (!existsSync(folder)) throw new Error(readFileSync(output, 'utf8'));
  return { folder, stderr: readFileSync(output, 'utf8') };
}

function isFirst(mark: string): boolean {
  try {
    mkdirSync(mark);
    return true;
  } catch {
    return false;
  }
}

async function synthesize(folder: string, output: string): Promise<void> {
  const app = spawn(process.execPath, [join(root, 'cdk/app.ts')], {
    cwd: root,
    // The environment contains no credentials. The CDK's own check is off, because it takes most of the time.
    env: {
      CDK_OUTDIR: `${folder}.part`,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, environment: 'local' }),
      CDK_VALIDATION: 'false',
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
    },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  const [code, stderr] = await Promise.all([new Promise((resolve) => app.once('close', resolve)), text(app.stderr)]);
  if (code === 0) renameSync(`${folder}.part`, folder);
  writeFileSync(output, stderr);
}
