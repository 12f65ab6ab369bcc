import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { synthesize } from '../cli/account/embedded-account.ts';
import { bundles } from './bundles.ts';
import { type Figure, median } from './figure.ts';
import { processorSeconds } from './processor.ts';

const run = promisify(execFile);

/** Measures the commands that a person waits for, in seconds (median of 3), and the bundles of the synthesis. */
export async function wholeCommands(): Promise<Figure[]> {
  const assembly = mkdtempSync(join(tmpdir(), 'rollback-bench-'));
  try {
    const synth = await seconds(() => run('cdk', ['synth', '--quiet', '--output', assembly]));
    const firstLines: number[] = [];
    const start = await seconds(async () => firstLines.push(await firstLine('npm', ['start', '--silent'])));
    const phase4 = ['rehearse', 'rehearsals/stories/phase-4-data-corruption.yaml', '--assembly', assembly];
    const rehearsal = await seconds(() => run(process.execPath, ['cli/bin.js', ...phase4]));
    return [
      { name: 'cdk synth', value: synth, unit: 's', most: 10 },
      { name: 'npm start', value: start, unit: 's', most: 12 },
      { name: 'npm start, until its first line', value: rounded(median(firstLines)), unit: 's', most: 1 },
      ...(await processorFigures(assembly)),
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

/** The processor time of what tests do most: it hardly depends on what else the machine does. */
async function processorFigures(assembly: string): Promise<Figure[]> {
  const story = ['rehearse', 'rehearsals/stories/phase-1-system-failure.yaml', '--assembly', assembly];
  const works: readonly [string, number, () => Promise<unknown>][] = [
    ['synthesis for an embedded account', 6, synthesis],
    ['a Phase 1 story on the full account, no synthesis', 8, () => run(process.execPath, ['cli/bin.js', ...story])],
    ['the same story simulated', 4, () => run(process.execPath, ['cli/bin.js', ...story, '--simulated'])],
  ];
  const figures: Figure[] = [];
  for (const [name, most, work] of works) {
    const value = await processorSeconds(work);
    if (value !== undefined) figures.push({ name, value, unit: 's of processor', most });
  }
  return figures;
}

/** Synthesizes as `npm run local` does: into a cache that is empty. */
async function synthesis(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rollback-bench-'));
  process.env['ROLLBACK_SYNTHESIS_CACHE'] = join(folder, 'cache');
  try {
    const interrupted = new AbortController().signal;
    await synthesize({ environment: 'local', interrupted, progress: () => {} }, folder);
  } finally {
    delete process.env['ROLLBACK_SYNTHESIS_CACHE'];
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs a command to its end. Returns the seconds until it printed its first line. */
async function firstLine(command: string, words: readonly string[]): Promise<number> {
  const began = performance.now();
  const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(child, 'close');
  await once(child.stdout, 'data');
  const printed = (performance.now() - began) / 1000;
  child.stdout.resume();
  const [code] = await ended;
  if (code !== 0) throw new Error(`${command} ${words.join(' ')} ended with ${code}.`);
  return printed;
}

const rounded = (value: number) => Math.round(value * 10) / 10;

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 3; i += 1) {
    const began = performance.now();
    await work();
    times.push((performance.now() - began) / 1000);
  }
  return rounded(median(times));
}
