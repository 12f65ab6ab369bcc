import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';
import { synthesize } from '../cli/account/embedded-account.ts';

/**
 * Returns the folder of the cloud assembly of the embedded account's environment.
 *
 * The first test file that needs it synthesizes it, unless the cache has it from an earlier run: that takes seconds of a
 * core. Tests must not change its files.
 */
export async function sharedAssembly(): Promise<string> {
  const place = join(inject('runFolder'), 'assembly');
  const found = `${place}.json`;
  if (isFirst(place)) {
    const outcome = await outcomeOf(synthesizedFor(place));
    writeFileSync(`${found}.part`, JSON.stringify(outcome));
    renameSync(`${found}.part`, found);
  }
  // Waits up to four minutes: on a busy machine a synthesis takes one, and its process may wait for a core.
  for (let waited = 0; !existsSync(found); waited += 100) {
    if (waited > 240_000)
      throw new Error('The shared assembly was not complete after 240 s. Another test file started its synthesis.');
    await sleep(100);
  }
  const { folder, error } = JSON.parse(readFileSync(found, 'utf8')) as { folder?: string; error?: string };
  if (folder === undefined) throw new Error(error);
  return folder;
}

const synthesizedFor = (folder: string) =>
  synthesize({ environment: 'local', interrupted: new AbortController().signal, progress: () => {} }, folder);

const outcomeOf = (work: Promise<string>) =>
  work.then(
    (folder) => ({ folder }),
    (error: Error) => ({ error: error.message }),
  );

function isFirst(mark: string): boolean {
  try {
    mkdirSync(mark);
    return true;
  } catch {
    return false;
  }
}
