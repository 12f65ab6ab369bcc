import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rowsRule, way } from './rows-property.ts';

test('of random tables, rows and windows: rows outside stay and rows inside come back, or the step refuses and nothing changed', async () => {
  const endings: string[] = [];
  await fc.assert(
    fc.asyncProperty(way, async (one) => {
      endings.push(await rowsRule(one));
    }),
    { numRuns: 25, seed: 1 },
  );
  // Neither may be all: a step that always refuses keeps the rule too.
  expect(endings.filter((ending) => ending === 'done').length).toBeGreaterThan(3);
  expect(endings.filter((ending) => ending.startsWith('refused')).length).toBeGreaterThan(3);
}, 300_000);
