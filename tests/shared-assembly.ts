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
  const { folder, error } = await oncePerRun('assembly', (place) => outcomeOf(synthesizedFor(place)));
  if (folder === undefined) throw new Error(error);
  return folder;
}

/**
 * Returns what `work` returned in the first test file of the run that asks for this name, as JSON has it. `work` may write
 * into the folder that it is given. Other files wait for it.
 */
export async function oncePerRun<T>(name: string, work: (place: string) => Promise<T>): Promise<T> {
  const place = join(inject('runFolder'), name);
  const found = `${place}.json`;
  if (isFirst(place)) {
    const outcome = await work(place);
    writeFileSync(`${found}.part`, JSON.stringify(outcome));
    renameSync(`${found}.part`, found);
  }
  // Waits up to four minutes: on a busy machine a synthesis takes one, and its process may wait for a core.
  for (let waited = 0; !existsSync(found); waited += 100) {
    if (waited > 240_000)
      throw new Error(`The shared ${name} was not complete after 240 s. Another test file began to make it.`);
    await sleep(100);
  }
  return JSON.parse(readFileSync(found, 'utf8')) as T;
}

const synthesizedFor = (folder: string) =>
  synthesize({ environment: 'local', interrupted: new AbortController().signal, progress: () => {} }, folder);

const outcomeOf = (work: Promise<string>): Promise<{ folder?: string; error?: string }> =>
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
