import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readInfra } from '../../../config/infra.ts';
import { graphFiles } from '../../../statemachines/graph/files.ts';
import { stateMachines } from '../../../statemachines/state-machines.ts';

const root = new URL('../../../', import.meta.url);
const machines = stateMachines(readInfra());
const files = Object.entries(graphFiles(machines));

test.each(files)('%s matches infra/; if not, run npm run render', (path, text) => {
  expect(readFileSync(new URL(path, root), 'utf8')).toBe(text);
});

test('every machine has two drawings, and every drawing has a machine', () => {
  const drawn = readdirSync(new URL('docs/graphs/', root)).filter((file) => /\.(svg|mmd)$/.test(file));
  expect(drawn.toSorted()).toEqual(Object.keys(machines).flatMap((name) => [`${name}.mmd`, `${name}.svg`]));
});

test('drawing a machine twice gives the same bytes', () => {
  expect(graphFiles(machines)).toEqual(Object.fromEntries(files));
});
