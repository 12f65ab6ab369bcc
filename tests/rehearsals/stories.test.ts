import { describe, expect, test } from 'vitest';
import { runSimulated, runStory, storyNamed } from './run-story.ts';

/**
 * The stories that `npm test` runs on the full account: one per phase, and one per kind of fault that real processes and
 * files cause. tests/cli/commands/rehearse.test.ts runs Phase 1's; tests/simulator runs all stories in the simulator.
 */
const stories: readonly [name: string, hosts?: number][] = [
  // One host instead of three: what a phase's scripts do needs no second one, and each costs four seconds.
  ['phase-2-data-corruption', 1],
  ['phase-3-data-corruption', 1],
  ['phase-4-data-corruption', 1],
  ['database-locked'], // by another process
  ['disk-full-while-quarantining'], // a real ENOSPC
  ['ready-backup-truncated'], // real copies, which are opened
  ['prepare-interrupted-and-run-again'], // real tags and copies of databases that the trading system writes
];
/** A rehearsal takes 30 seconds of one core, and two run at a time. */
const patience = { timeout: 600_000 };

describe.concurrent('the story', patience, () => {
  test.each(stories)('%s passes, and gives the same document in the simulator, byte for byte', async (name, hosts) => {
    const story = { ...storyNamed(name), ...(hosts ? { hosts } : {}) };
    const found = await runStory(story);
    expect(found.differences).toEqual([]);
    const simulated = await runSimulated(story);
    expect(JSON.stringify(simulated, null, 2)).toBe(JSON.stringify(found, null, 2));
  });
});
