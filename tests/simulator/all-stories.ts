import { describe, expect, test } from 'vitest';
import { runSimulated, storyNamed, storyNames } from '../rehearsals/run-story.ts';

/** The number of test files among which the stories are shared: one file would keep one core busy after all others are done. */
export const SHARES = 3;

/** Runs every so many stories in the simulator, from the first, the second or the third on. */
export function runShare(share: number): void {
  const names = storyNames().filter((_, i) => i % SHARES === share - 1);
  describe('in the simulator, the story', { timeout: 120_000 }, () => {
    test.each(names)('%s passes', async (name) => {
      expect((await runSimulated(storyNamed(name))).differences).toEqual([]);
    });
  });
}
