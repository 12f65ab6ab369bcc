import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readInfra } from '../../../config/infra.ts';
import { graphFiles } from '../../../statemachines/graph/files.ts';
import { stateMachines } from '../../../statemachines/state-machines.ts';

const root = new URL('../../../', import.meta.url);
const machines = stateMachines(readInfra());
const files = Object.entries(graphFiles(machines));

test.each(files)('%s is drawn as infra/ says now; npm run render draws it', (path, text) => {
  expect(readFileSync(new URL(path, root), 'utf8')).toBe(text);
});

test('every machine has its two drawings, and every drawing its machine', () => {
  const drawn = readdirSync(new URL('docs/graphs/', root)).filter((file) => /\.(svg|mmd)$/.test(file));
  expect(drawn.toSorted()).toEqual(Object.keys(machines).flatMap((name) => [`${name}.mmd`, `${name}.svg`]));
});

test('the same machine gives the same bytes, however often it is drawn', () => {
  expect(graphFiles(machines)).toEqual(Object.fromEntries(files));
});
