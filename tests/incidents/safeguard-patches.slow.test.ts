import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { copyProject } from '../../cli/account/project-copy.ts';
import { allRemoved, type Removed } from '../../incidents/safeguards/all-removed.ts';
import type { Safeguard } from '../../incidents/safeguards/safeguard.ts';
import { safeguards } from '../../incidents/safeguards.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const compiler = join(root, 'node_modules/typescript/bin/tsc');
/** Names that are no longer used are the mark of a removed safeguard. */
const options = ['--noUnusedLocals', 'false', '--noUnusedParameters', 'false', '--pretty', 'false'];

/** Returns what the TypeScript compiler and Python say of a copy of the project with these files. */
function mistakes(removed: readonly Removed[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'patched-'));
  try {
    const copy = copyProject(join(folder, 'project'));
    return removed.flatMap((files) => {
      for (const [file, text] of files) writeFileSync(join(copy, file), text);
      const { stdout } = spawnSync(process.execPath, [compiler, ...options], { cwd: copy, encoding: 'utf8' });
      for (const file of files.keys()) writeFileSync(join(copy, file), read(file));
      return [...stdout.split('\n').filter((line) => line !== ''), ...pythonMistakes(files)];
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const pythonMistakes = (files: Removed): string[] =>
  [...files].flatMap(([file, text]) => {
    if (!file.endsWith('.py')) return [];
    const { status, stderr } = spawnSync('python3', ['-c', 'import ast, sys; ast.parse(sys.stdin.read())'], {
      input: text,
      encoding: 'utf8',
    });
    return status === 0 ? [] : [`${file}: ${stderr}`];
  });

/** A mistake in a patch would stop the program, and every story breaks without a program. */
test('without its safeguards the source still compiles, so a story breaks by what is missing', {
  timeout: 300_000,
}, () => {
  expect(mistakes(allRemoved(safeguards, read))).toEqual([]);
});

const patched = (file: string, before: string, after: string): Safeguard => ({
  ...{ name: 'one', prevents: 'Something.', story: 'none.yaml' },
  patches: [{ file, before, after }],
});

test('a patch that uses a name which is not in scope is found', { timeout: 300_000 }, () => {
  const block = 'domain/message/blocked-target.ts';
  const broken = patched(block, 'held.size === 0 ?', 'held.size === 0 || phase ?');
  expect(mistakes(allRemoved([broken], read))).toEqual([expect.stringMatching(`^${block}.*Cannot find name 'phase'`)]);
});

test('safeguards whose patches change the same text are removed one after the other', () => {
  const text = () => 'if (a) b(); if (c) d();';
  const [a, b, c] = [patched('x', 'if (a)', ''), patched('x', 'a', 'z'), patched('x', 'if (c)', '')];
  expect(allRemoved([a, b, c], text)).toEqual([
    new Map([['x', ' b();  d();']]),
    new Map([['x', 'if (z) b(); if (c) d();']]),
  ]);
});
