import { describe, expect, test } from 'vitest';
import { runSimulated, storyNamed, storyNames } from '../rehearsals/run-story.ts';

// The stories of single phases; tests/simulator/other-stories.test.ts runs the others. Two files use two cores.
const patience = { timeout: 120_000 };

describe('in the simulator, the story', patience, () => {
  test.each(storyNames().filter((name) => name.startsWith('phase-')))('%s passes', async (name) => {
    expect((await runSimulated(storyNamed(name))).differences).toEqual([]);
  });
});
