import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { row, type Safeguard, without, withRows } from '../../incidents/safeguards/safeguard.ts';
import { foundFile, foundSoFar, safeguards } from '../../incidents/safeguards.ts';
import { newFolder, root } from '../account/embedded-account.ts';
import { Interrupted, interruptible } from '../account/interrupt.ts';
import { changed, copyProject } from '../account/project-copy.ts';
import { UsageError } from '../account/usage-error.ts';
import { type Shown, safeguardLine, safeguardsText } from '../text/safeguards-text.ts';
import { byIncidents, byStory, type Proving, type SafeguardsOptions } from './safeguard-proof.ts';

/** Removes safeguards from a copy of the project, one at a time, and finds out what breaks. Returns the exit code. */
export async function proveSafeguards(names: readonly string[], options: SafeguardsOptions): Promise<number> {
  if (options.incidents && options.fullAccount)
    throw new UsageError(
      '--incidents and --full-account exclude each other: random incidents run in the simulator only.',
    );
  const chosen = named(names);
  if (options.list) {
    console.log(chosen.map(({ name, prevents }) => `${name}: ${prevents}`).join('\n'));
    if (options.keep) keep(undefined);
    return 0;
  }
  const shown: Shown[] = [];
  const stopped = await untilInterrupted(async (interrupted, folder) => {
    const copy = copyProject(join(folder, 'project'));
    for (const one of chosen) {
      const result = await prove(one, { ...options, copy, folder, interrupted });
      shown.push(result);
      console.error(safeguardLine(result));
      if (options.keep) keep(result);
    }
  });
  console.log(options.json ? JSON.stringify(shown, null, 2) : safeguardsText(shown, chosen.length));
  if (stopped) return 130;
  return shown.every(({ found }) => found) ? 0 : 1;
}

/** Returns the safeguards of these names, or all. */
function named(names: readonly string[]): readonly Safeguard[] {
  const unknown = names.filter((name) => !safeguards.some((one) => one.name === name));
  if (unknown.length > 0)
    throw new UsageError(`Unknown safeguard ${unknown.join(', ')}. List them: npm run safeguards -- --list`);
  return names.length === 0 ? safeguards : safeguards.filter(({ name }) => names.includes(name));
}

/** Runs `work` with a folder of its own, which is removed afterwards. Returns whether Ctrl-C ended it. */
async function untilInterrupted(work: (interrupted: AbortSignal, folder: string) => Promise<void>): Promise<boolean> {
  const folder = newFolder();
  try {
    await interruptible((interrupted) => work(interrupted, folder));
    return false;
  } catch (error) {
    if (error instanceof Interrupted) return true;
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Removes one safeguard, looks for what breaks, and restores the copy. */
async function prove(safeguard: Safeguard, proving: Proving): Promise<Shown> {
  const began = process.hrtime.bigint();
  const restore = safeguard.patches.map((patch) => changed(proving.copy, patch.file, (text) => without(text, patch)));
  try {
    const result = await (proving.incidents ? byIncidents : byStory)(safeguard, proving);
    return { name: safeguard.name, ...result, seconds: Math.round(Number(process.hrtime.bigint() - began) / 1e9) };
  } finally {
    for (const one of restore.toReversed()) one();
  }
}

/** Stores the incident that found a safeguard, if one did, and writes the table. */
function keep(result: Shown | undefined): void {
  const found = { ...foundSoFar(), ...(result?.incident ? { [result.name]: result.incident } : {}) };
  const known = safeguards.flatMap((one) => (found[one.name] ? [[one.name, found[one.name]]] : []));
  writeFileSync(join(root, foundFile), `${JSON.stringify(Object.fromEntries(known), null, 2)}\n`);
  const page = join(root, 'docs/safeguards.md');
  const rows = safeguards.map((one) => row(one, found[one.name]));
  writeFileSync(page, withRows(readFileSync(page, 'utf8'), rows));
}
