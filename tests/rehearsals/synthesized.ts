import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll } from 'vitest';

const root = join(import.meta.dirname, '../..');
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

let assembly: Promise<string> | undefined;

/** The real cloud assembly, synthesized once a test file; it takes four seconds. */
export function synthesized(): Promise<string> {
  assembly ??= synthesize();
  return assembly;
}

async function synthesize(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'assembly-'));
  folders.push(folder);
  const child = spawn(process.execPath, ['cdk/app.ts'], {
    cwd: root,
    env: {
      ...process.env,
      CDK_VALIDATION: 'false',
      CDK_OUTDIR: join(folder, 'cdk.out'),
      CDK_CONTEXT_JSON: '{"environment":"local"}',
    },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  const [code, said] = await Promise.all([new Promise((resolve) => child.once('close', resolve)), text(child.stderr)]);
  if (code !== 0) throw new Error(said);
  return join(folder, 'cdk.out');
}
