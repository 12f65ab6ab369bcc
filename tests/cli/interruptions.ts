import { semaphore } from 'embedded-aws/semaphore';
import { describe, expect, test } from 'vitest';
import { synthesized } from '../rehearsals/synthesized.ts';
import { eventually, foldersOf, neverSynthesized, processesOf, shortStory, startRollback } from './rollback.ts';

export const nothingLeft = (pid: number): Promise<void> =>
  eventually(
    () => processesOf(pid).length === 0 && foldersOf(pid).length === 0,
    100,
    () => `expected no process and no folder of the run, found ${[...processesOf(pid), ...foldersOf(pid)].join('\n')}`,
  );

/** More than two rehearsals at a time only slow each other down. */
const place = semaphore(2);

/** A test takes seconds on an idle machine and minutes on a busy one. */
export const patience = { timeout: 180_000 };

export type Started = ReturnType<typeof startRollback>;
export const reached = (started: Started, moment: (started: Started) => boolean): Promise<void> =>
  eventually(
    () => moment(started),
    100,
    () => JSON.stringify(started.output),
  );

/** The moments at which a rehearsal is interrupted: name, options, and a condition that the rehearsal has got that far. */
export const moments: [string, () => Promise<string[]>, (started: Started) => boolean][] = [
  ['while it synthesizes', async () => [], ({ pid }) => foldersOf(pid).length > 0],
  [
    'while it opens the account',
    async () => ['--assembly', await synthesized()],
    ({ pid }) => processesOf(pid).length > 1,
  ],
  [
    'while the story runs',
    async () => ['--assembly', await synthesized()],
    ({ output }) => output.stdout.includes('Open rollback'),
  ],
];

/** Declares that an interrupt at each of these moments ends a rehearsal. */
export function endsRehearsals(signal: string, which: typeof moments, interrupt: (pid: number) => void): void {
  describe(signal, patience, () => {
    test.concurrent.each(which)('%s ends a rehearsal with 130 and leaves nothing behind', async (_, words, moment) => {
      const leave = await place();
      const started = startRollback(['rehearse', shortStory, '--real-time', ...(await words())], neverSynthesized());
      await reached(started, moment);
      interrupt(started.pid);
      const { code, stderr } = await started.ended;
      expect([code, stderr]).toEqual([130, expect.stringMatching(/^Interrupted by SIG(INT|TERM); .*closed\.\n$/)]);
      await nothingLeft(started.pid);
      leave();
    });
  });
}
