import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { rollback } from '../in-process.ts';
import { root } from '../rollback.ts';

const folder = mkdtempSync(join(tmpdir(), 'graphs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const committed = (file: string) => readFileSync(join(root, 'docs/graphs', file), 'utf8');

test.each([
  ['a phase as SVG by default', ['--phase', '1'], 'phase-1.svg'],
  ['a phase as Mermaid', ['--phase', '1', '--mermaid'], 'phase-1.mmd'],
  ['any other machine by its name', ['--machine', 'release', '--svg'], 'release.svg'],
])('draws %s, and nothing else on standard output', async (_, words, file) => {
  expect(await rollback(['graph', ...words])).toMatchObject({ code: 0, stdout: committed(file), stderr: '' });
});

test('prints states and transitions as JSON', async () => {
  const { code, stdout } = await rollback(['graph', '--machine', 'release', '--json']);
  const { nodes, edges } = JSON.parse(stdout) as { nodes: { name: string }[]; edges: { from: string; to: string }[] };
  const names = nodes.map(({ name }) => name);
  expect([code, names.length > 1, edges.every(({ from, to }) => names.includes(from) && names.includes(to))]).toEqual([
    0,
    true,
    true,
  ]);
});

test('writes to the file that --out names', async () => {
  const out = join(folder, 'phase-1.svg');
  expect(await rollback(['graph', '--phase', '1', '--out', out])).toMatchObject({ code: 0, stdout: '', stderr: '' });
  expect(readFileSync(out, 'utf8')).toBe(committed('phase-1.svg'));
});

test('names the file that could not be written, and the reason', async () => {
  const out = join(folder, 'missing', 'phase-1.svg');
  const { code, stderr } = await rollback(['graph', '--phase', '1', '--out', out]);
  expect([code, stderr]).toEqual([1, expect.stringContaining(`${out} cannot be written: ENOENT`)]);
});
