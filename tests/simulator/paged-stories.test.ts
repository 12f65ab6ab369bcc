import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { synthesize } from '../../cli/account/embedded-account.ts';
import { runSimulated, storyIn } from '../rehearsals/run-story.ts';

// The stories of an environment with a chat and a pager. It has a template of its own, so that all other stories stay as fast as
// without them.

const names = readdirSync(join(import.meta.dirname, '../../rehearsals/paged'));
const folder = mkdtempSync(join(tmpdir(), 'paged-'));
let assembly: string;
beforeAll(async () => {
  const interrupted = new AbortController().signal;
  assembly = await synthesize({ environment: 'paged', interrupted, progress: () => {} }, folder);
}, 240_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a story with chat and pager', () => {
  test.each(names)('%s passes', async (name) => {
    const { differences } = await runSimulated(storyIn(`rehearsals/paged/${name}`), { assembly });
    expect(differences).toEqual([]);
  });
});
