import { semaphore } from 'embedded-aws/semaphore';
import { describe, expect, test } from 'vitest';
import { synthesized } from '../rehearsals/synthesized.ts';
import { eventually, foldersOf, processesOf, shortStory, signalGroup, startRollback } from './rollback.ts';

const nothingLeft = (pid: number): Promise<void> =>
  eventually(
    () => processesOf(pid).length === 0 && foldersOf(pid).length === 0,
    30,
    () => `nothing of the run is left; there are ${[...processesOf(pid), ...foldersOf(pid)].join('\n')}`,
  );

/** More than two at a time only make each slower. */
const place = semaphore(2);

/** Seconds on a machine of its own; minutes where others work too. */
const patience = { timeout: 180_000 };

type Started = ReturnType<typeof startRollback>;
const reached = (started: Started, moment: (started: Started) => boolean): Promise<void> =>
  eventually(
    () => moment(started),
    100,
    () => JSON.stringify(started.said),
  );

/** What to interrupt, and where a rehearsal is then. */
const moments: [string, () => Promise<string[]>, (started: Started) => boolean][] = [
  ['while it synthesizes', async () => [], ({ pid }) => foldersOf(pid).length > 0],
  [
    'while it opens the account',
    async () => ['--assembly', await synthesized()],
    ({ pid }) => processesOf(pid).length > 1,
  ],
  [
    'while it tells the story',
    async () => ['--assembly', await synthesized()],
    ({ said }) => said.stdout.includes('Open rollback'),
  ],
];

// A terminal sends SIGINT to the whole group; `kill` only to the process, at whatever moment: one of them shows it.
describe.each([
  ['Ctrl-C', moments, (pid: number): void => signalGroup(pid, 'SIGINT')],
  ['SIGTERM to the process alone', moments.slice(1, 2), (pid: number): void => void process.kill(pid, 'SIGTERM')],
] as const)('%s', patience, (_, which, interrupt) => {
  test.concurrent.each(which)('%s ends a rehearsal with 130 and leaves nothing behind', async (_, words, moment) => {
    const leave = await place();
    const started = startRollback(['rehearse', shortStory, '--real-time', ...(await words())]);
    await reached(started, moment);
    interrupt(started.pid);
    const { code, stderr } = await started.ended;
    expect([code, stderr]).toEqual([130, expect.stringMatching(/^Interrupted by SIG(INT|TERM); .*closed\.\n$/)]);
    await nothingLeft(started.pid);
    leave();
  });
});

test('Ctrl-C closes an account that was kept open, which is no failure', patience, async () => {
  const started = startRollback(['local', '--port', '0', '--hosts', '1']);
  await reached(started, ({ said }) => said.stdout.includes('Ctrl-C closes it'));
  signalGroup(started.pid, 'SIGINT');
  expect(await started.ended).toMatchObject({ code: 0, stderr: '' });
  await nothingLeft(started.pid);
});
