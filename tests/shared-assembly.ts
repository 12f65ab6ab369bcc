import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';

const root = join(import.meta.dirname, '..');
const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { context: object };

/**
 * The cloud assembly of the embedded account's environment, synthesized once a run, by the first test file that asks for it:
 * it takes seconds of a core. Nobody may change what is in it.
 */
export async function sharedAssembly(): Promise<{ readonly folder: string; readonly stderr: string }> {
  const folder = join(inject('runFolder'), 'assembly');
  const said = `${folder}.stderr`;
  if (isFirst(`${folder}.begun`)) await synthesize(folder, said);
  // Four minutes: on a busy machine a synthesis takes one, and whoever began it may wait for a core.
  for (let waited = 0; !existsSync(said); waited += 100) {
    if (waited > 240_000) throw new Error('The assembly that all tests share was begun and not ended.');
    await sleep(100);
  }
  if (!existsSync(folder)) throw new Error(readFileSync(said, 'utf8'));
  return { folder, stderr: readFileSync(said, 'utf8') };
}

function isFirst(mark: string): boolean {
  try {
    mkdirSync(mark);
    return true;
  } catch {
    return false;
  }
}

async function synthesize(folder: string, said: string): Promise<void> {
  const app = spawn(process.execPath, [join(root, 'cdk/app.ts')], {
    cwd: root,
    // An otherwise empty environment: there are no credentials. The CDK's own check takes most of the time.
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
  writeFileSync(said, stderr);
}
