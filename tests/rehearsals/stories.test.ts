import { describe, expect, test } from 'vitest';
import { runSimulated, runStory, storyNamed } from './run-story.ts';

/**
 * The stories that `npm test` runs on the full account: one per phase, and one per kind of fault that real processes and
 * files cause. tests/cli/commands/rehearse.test.ts runs Phase 1's; tests/simulator runs all stories in the simulator.
 */
const names = [
  'phase-2-data-corruption',
  'phase-3-data-corruption',
  'phase-4-data-corruption',
  'database-locked', // by another process
  'disk-full-while-quarantining', // a real ENOSPC
];
/** A rehearsal takes 30 seconds of one core, and two run at a time. */
const patience = { timeout: 600_000 };

describe.concurrent('the story', patience, () => {
  test.each(names)('%s passes, and gives the same document in the simulator, byte for byte', async (name) => {
    const found = await runStory(storyNamed(name));
    expect(found.differences).toEqual([]);
    const simulated = await runSimulated(storyNamed(name));
    expect(JSON.stringify(simulated, null, 2)).toBe(JSON.stringify(found, null, 2));
  });
});
