import { setTimeout as sleep } from 'node:timers/promises';
import { seeded } from 'embedded-aws/random';
import { semaphore } from 'embedded-aws/semaphore';
import { synthesized } from '../rehearsals/synthesized.ts';
import { eventually, foldersOf, neverSynthesized, processesOf, shortStory, startRollback } from './rollback.ts';

type Started = ReturnType<typeof startRollback>;
const printed =
  (text: string) =>
  ({ output }: Started): boolean =>
    output.stdout.includes(text);
/** Options for a rehearsal that need no synthesis. */
export const withAssembly = async () => ['--assembly', await synthesized()];

/** The moments at which a rehearsal is killed. `later`: milliseconds after the moment, a seeded part of `spread`. */
export const moments = [
  { name: 'it has begun', words: withAssembly, reached: (): boolean => true, spread: 500 },
  {
    name: 'it synthesizes',
    words: async () => [],
    reached: ({ pid }: Started): boolean => foldersOf(pid).length > 0,
    spread: 2000,
  },
  {
    name: 'it opens the account',
    words: withAssembly,
    reached: ({ pid }: Started): boolean => processesOf(pid).length > 1,
    spread: 1000,
  },
  { name: 'the rollback has begun', words: withAssembly, reached: printed('Open rollback'), spread: 100 },
  { name: 'hosts clear their caches', words: withAssembly, reached: printed('Clear corrupted cache'), spread: 200 },
  { name: 'hosts check out a version', words: withAssembly, reached: printed('Restore previous version'), spread: 200 },
].map((moment, index) => ({ ...moment, later: Math.round(moment.spread * seeded(1)(`moment/${index}`)) }));
export type Moment = (typeof moments)[number];

/** Kills a rehearsal at a moment. Returns its process id. */
export async function killed({ words, reached, later }: Moment, kill: (pid: number) => void): Promise<number> {
  const assembly = await words();
  const leave = await place();
  const started = startRollback(['rehearse', shortStory, ...assembly], neverSynthesized());
  await eventually(
    () => reached(started),
    100,
    () => JSON.stringify(started.output),
  );
  await sleep(later);
  kill(started.pid);
  await started.ended;
  leave();
  return started.pid;
}

/** More than two rehearsals at a time only slow each other down. */
const place = semaphore(2);
/** A test takes seconds on an idle machine and minutes on a busy one. */
export const patience = { timeout: 180_000 };

export const nobodyLeft = (pid: number, seconds: number): Promise<void> =>
  eventually(
    () => processesOf(pid).length === 0,
    seconds,
    () => `expected no process of the run, found\n${processesOf(pid).join('\n')}`,
  );
