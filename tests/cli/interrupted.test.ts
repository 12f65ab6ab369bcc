import { semaphore } from 'embedded-aws/semaphore';
import { describe, expect, test } from 'vitest';
import { synthesized } from '../rehearsals/synthesized.ts';
import {
  eventually,
  foldersOf,
  neverSynthesized,
  processesOf,
  shortStory,
  signalGroup,
  startRollback,
} from './rollback.ts';

const nothingLeft = (pid: number): Promise<void> =>
  eventually(
    () => processesOf(pid).length === 0 && foldersOf(pid).length === 0,
    30,
    () => `expected no process and no folder of the run, found ${[...processesOf(pid), ...foldersOf(pid)].join('\n')}`,
  );

/** More than two rehearsals at a time only slow each other down. */
const place = semaphore(2);

/** A test takes seconds on an idle machine and minutes on a busy one. */
const patience = { timeout: 180_000 };

type Started = ReturnType<typeof startRollback>;
const reached = (started: Started, moment: (started: Started) => boolean): Promise<void> =>
  eventually(
    () => moment(started),
    100,
    () => JSON.stringify(started.output),
  );

/** The moments at which a rehearsal is interrupted: name, options, and a condition that the rehearsal has got that far. */
const moments: [string, () => Promise<string[]>, (started: Started) => boolean][] = [
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

// A terminal sends SIGINT to the whole process group, `kill` only to the process; one moment is enough to test the latter.
describe.each([
  ['Ctrl-C', moments, (pid: number): void => signalGroup(pid, 'SIGINT')],
  ['SIGTERM to the process alone', moments.slice(1, 2), (pid: number): void => void process.kill(pid, 'SIGTERM')],
] as const)('%s', patience, (_, which, interrupt) => {
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

test('Ctrl-C closes the account of `local` with exit code 0', patience, async () => {
  const started = startRollback(['local', '--port', '0', '--hosts', '1']);
  await reached(started, ({ output }) => output.stdout.includes('Ctrl-C closes it'));
  signalGroup(started.pid, 'SIGINT');
  expect(await started.ended).toMatchObject({ code: 0, stderr: '' });
  await nothingLeft(started.pid);
});
