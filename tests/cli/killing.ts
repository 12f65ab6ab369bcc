import { setTimeout as sleep } from 'node:timers/promises';
import { seeded } from 'embedded-aws/random';
import { semaphore } from 'embedded-aws/semaphore';
import { synthesized } from '../rehearsals/synthesized.ts';
import { eventually, foldersOf, processesOf, shortStory, startRollback } from './rollback.ts';

type Started = ReturnType<typeof startRollback>;
const says =
  (text: string) =>
  ({ said }: Started): boolean =>
    said.stdout.includes(text);
export const given = async () => ['--assembly', await synthesized()];

/** How far a rehearsal has come when it is killed; a seeded part of `spread` later, in milliseconds. */
export const moments = [
  { name: 'it has begun', words: given, reached: (): boolean => true, spread: 500 },
  {
    name: 'it synthesizes',
    words: async () => [],
    reached: ({ pid }: Started): boolean => foldersOf(pid).length > 0,
    spread: 2000,
  },
  {
    name: 'it opens the account',
    words: given,
    reached: ({ pid }: Started): boolean => processesOf(pid).length > 1,
    spread: 1000,
  },
  { name: 'the rollback has begun', words: given, reached: says('Open rollback'), spread: 100 },
  { name: 'hosts clear their caches', words: given, reached: says('Clear corrupted cache'), spread: 200 },
  { name: 'hosts check out a version', words: given, reached: says('Restore previous version'), spread: 200 },
].map((moment, index) => ({ ...moment, later: Math.round(moment.spread * seeded(1)(`moment/${index}`)) }));
export type Moment = (typeof moments)[number];

/** Kills a rehearsal at a moment; answers its process id. */
export async function killed({ words, reached, later }: Moment, kill: (pid: number) => void): Promise<number> {
  const given = await words();
  const leave = await place();
  const started = startRollback(['rehearse', shortStory, ...given]);
  await eventually(
    () => reached(started),
    100,
    () => JSON.stringify(started.said),
  );
  await sleep(later);
  kill(started.pid);
  await started.ended;
  leave();
  return started.pid;
}

/** More than two at a time only make each slower. */
const place = semaphore(2);
/** Seconds on a machine of its own; minutes where others work too. */
export const patience = { timeout: 180_000 };

export const nobodyLeft = (pid: number, seconds: number): Promise<void> =>
  eventually(
    () => processesOf(pid).length === 0,
    seconds,
    () => `nobody of the run is left; there are\n${processesOf(pid).join('\n')}`,
  );
