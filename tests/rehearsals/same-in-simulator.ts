import { describe, expect, test } from 'vitest';
import type { Story } from '../../rehearsals/story.ts';
import { runSimulated, runStory } from './run-story.ts';

/** A rehearsal takes 30 seconds of one core, and two run at a time. */
const patience = { timeout: 600_000 };

/** Declares that stories pass on the full account, and give the same document in the simulator. */
export function sameInSimulator(stories: readonly Story[]): void {
  describe.concurrent('the story', patience, () => {
    test.each(stories.map((story) => [story.name, story] as const))(
      '%s passes, and gives the same document in the simulator, byte for byte',
      async (_, story) => {
        const found = await runStory(story);
        expect(found.differences).toEqual([]);
        const simulated = await runSimulated(story);
        expect(JSON.stringify(simulated, null, 2)).toBe(JSON.stringify(found, null, 2));
      },
    );
  });
}
