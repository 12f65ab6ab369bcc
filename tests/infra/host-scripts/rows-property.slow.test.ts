import fc from 'fast-check';
import { test } from 'vitest';
import { rowsRule, way } from './rows-property.ts';

const { RUNS = '400' } = process.env;

test('of many random tables: rows outside stay and rows inside come back, or the step refuses and nothing changed', async () => {
  const endings = new Map<string, number>();
  const property = fc.asyncProperty(way, async (one) => {
    const ending = await rowsRule(one);
    endings.set(ending, (endings.get(ending) ?? 0) + 1);
  });
  await fc.assert(property, { numRuns: Number(RUNS) });
  console.log([...endings].toSorted(([, one], [, other]) => other - one));
}, 3_600_000);
