import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

// A page renders after a click or a key returns, and on a busy machine much later. An `expect` that reads a page once is red
// there, and then the whole run is.
test('a browser test waits for what a page shows instead of reading it once', () => {
  const folder = new URL('.', import.meta.url);
  const readOnce = readdirSync(folder).flatMap((name) =>
    [...readFileSync(new URL(name, folder), 'utf8').matchAll(/expect\(\(?await \S*\b(?:page|locator|list)\b.*/g)].map(
      ([line]) => `${name}: ${line}`,
    ),
  );
  expect(readOnce).toEqual([]);
});
