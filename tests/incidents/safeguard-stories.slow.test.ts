import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { synthesize } from '../../cli/account/embedded-account.ts';
import { safeguards } from '../../incidents/safeguards.ts';
import type { Story } from '../../rehearsals/story.ts';
import { runSimulated, storyIn } from '../rehearsals/run-story.ts';

/** Stories that only show a safeguard, by a fault that must strike at an instant or in a function. */
const aimed = [...new Set(safeguards.map(({ story }) => story))]
  .filter((file) => file.startsWith('incidents/'))
  .map((file) => [file.split('/').at(-1), storyIn(file)] as const)
  .filter(([, { when }]) => when.some((one) => one.aws ?? one.function));

const folder = mkdtempSync(join(tmpdir(), 'safeguard-stories-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a story in its own environment, as the safeguards do. */
async function run(story: Story): Promise<readonly string[]> {
  const { environment } = story;
  const interrupted = new AbortController().signal;
  const made =
    environment === 'local' ? undefined : synthesize({ environment, interrupted, progress: () => {} }, folder);
  const assembly = await made;
  return (await runSimulated(story, assembly === undefined ? {} : { assembly })).differences;
}

/** A story whose fault no longer strikes holds without the safeguard too. A fault that never struck is a difference. */
test.each(aimed)(
  'with its safeguard %s holds, and each of its faults strikes',
  { timeout: 120_000 },
  async (_, story) => {
    expect(await run(story)).toEqual([]);
  },
);

test('a story whose fault names a function that no longer does the action fails', { timeout: 120_000 }, async () => {
  const story = storyIn('incidents/safeguards/stories/two-take-the-fleet.yaml');
  const when = story.when.map((one) => (one.aws ? { ...one, aws: { ...one.aws, caller: 'plan-the-rollback' } } : one));
  expect(await run({ ...story, when })).toEqual([expect.stringContaining('dynamodb:UpdateItem')]);
});
