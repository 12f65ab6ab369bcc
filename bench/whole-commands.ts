import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundles } from './bundles.ts';
import { type Figure, median } from './figure.ts';

const run = promisify(execFile);

/** Measures the commands that a person waits for, in seconds (median of 3), and the bundles of the synthesis. */
export async function wholeCommands(): Promise<Figure[]> {
  const assembly = mkdtempSync(join(tmpdir(), 'rollback-bench-'));
  try {
    const synth = await seconds(() => run('cdk', ['synth', '--quiet', '--output', assembly]));
    const start = await seconds(() => run('npm', ['start']));
    const phase4 = ['rehearse', 'rehearsals/stories/phase-4-data-corruption.yaml', '--assembly', assembly];
    const rehearsal = await seconds(() => run(process.execPath, ['cli/bin.js', ...phase4]));
    return [
      { name: 'cdk synth', value: synth, unit: 's', most: 10 },
      { name: 'npm start', value: start, unit: 's', most: 15 },
      {
        name: "rehearsal of Phase 4's story, with opening its account",
        value: rehearsal,
        unit: 's',
        most: 20,
      },
      ...(await bundles(assembly)),
    ];
  } finally {
    rmSync(assembly, { recursive: true, force: true });
  }
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 3; i += 1) {
    const began = performance.now();
    await work();
    times.push((performance.now() - began) / 1000);
  }
  return Math.round(median(times) * 10) / 10;
}
