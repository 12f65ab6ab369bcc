import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Told } from '../rehearsals/tell.ts';

// `npm run rehearse:all`: every story of rehearsals/stories, one after another, and a table. Exit code 1 if one differs.
const root = fileURLToPath(new URL('..', import.meta.url));
const stories = readdirSync(join(root, 'rehearsals/stories')).filter((file) => file.endsWith('.yaml'));
const assembly = mkdtempSync(join(tmpdir(), 'rollback-assembly-'));
try {
  await run(['cdk/app.ts'], { CDK_OUTDIR: assembly });
  console.log(`${'story'.padEnd(32)} ${'ending'.padEnd(24)} ${'minutes'.padStart(7)}  verdict`);
  let failed = 0;
  for (const file of stories) {
    const output = await run([
      'cli/main.ts',
      'rehearse',
      join('rehearsals/stories', file),
      '--json',
      '--assembly',
      assembly,
    ]);
    const { passed, differences, ending, rollback } = JSON.parse(output) as Told;
    if (!passed) failed += 1;
    const minutes = String(rollback?.['duration_minutes'] ?? '-').padStart(7);
    console.log(
      `${file.replace('.yaml', '').padEnd(32)} ${String(ending ?? '-').padEnd(24)} ${minutes}  ${passed ? 'as it says' : 'DIFFERS'}`,
    );
    for (const one of differences) console.log(`    ${one}`);
  }
  console.log(
    failed === 0
      ? `All ${stories.length} stories came out as they say.`
      : `${failed} of ${stories.length} stories differ.`,
  );
  process.exitCode = failed === 0 ? 0 : 1;
} finally {
  rmSync(assembly, { recursive: true, force: true });
}

/** A script of ours in a process of its own; what it said on standard output. */
function run(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, words, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [said, complained] = ['', ''];
    child.stdout.on('data', (chunk) => {
      said += chunk;
    });
    child.stderr.on('data', (chunk) => {
      complained = (complained + chunk).slice(-2000);
    });
    child.once('close', () =>
      said.trim() === '' && complained !== '' ? reject(new Error(complained.trim())) : resolve(said),
    );
  });
}
