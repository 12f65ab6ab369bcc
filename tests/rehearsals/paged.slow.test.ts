import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { synthesize } from '../../cli/account/embedded-account.ts';
import { runStory, storyIn } from './run-story.ts';

test('a question, its calls and its end reach chat and pager, with the bundled functions over HTTP', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'paged-'));
  try {
    const interrupted = new AbortController().signal;
    const assembly = await synthesize({ environment: 'paged', interrupted, progress: () => {} }, folder);
    const story = storyIn('rehearsals/paged/calls-reach-chat-and-pager.yaml');
    expect((await runStory(story, { assembly })).differences).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
