import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { turns } from '../../local/lambda/turns.ts';
import { seeded } from '../../local/random.ts';
import { synthesized } from '../rehearsals/synthesized.ts';
import { eventually, firstStory, foldersOf, processesOf, rollback, signalGroup, startRollback } from './rollback.ts';

type Started = ReturnType<typeof startRollback>;
const says =
  (text: string) =>
  ({ said }: Started): boolean =>
    said.stdout.includes(text);
const given = async () => ['--assembly', await synthesized()];

/** How far a rehearsal has come when it is killed; a seeded part of `spread` later, in milliseconds. */
const moments = [
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
type Moment = (typeof moments)[number];

async function killed({ words, reached, later }: Moment, kill: (pid: number) => void): Promise<number> {
  const given = await words();
  const leave = await place();
  const started = startRollback(['rehearse', firstStory, ...given]);
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
const place = turns(2);
/** Seconds on a machine of its own; minutes where others work too. */
const patience = { timeout: 180_000 };

const nobodyLeft = (pid: number, seconds: number): Promise<void> =>
  eventually(
    () => processesOf(pid).length === 0,
    seconds,
    () => `nobody of the run is left; there are\n${processesOf(pid).join('\n')}`,
  );

describe.concurrent('a rehearsal that is killed with all its processes', patience, () => {
  test.each(moments)('$later ms after $name leaves none of them', async (moment) => {
    await nobodyLeft(await killed(moment, (pid) => signalGroup(pid, 'SIGKILL')), 5);
  });
});

describe.concurrent('a rehearsal that is killed alone', patience, () => {
  test.each([
    // Its synthesis, which cannot hear of it, goes on to its own end.
    ['it synthesizes', 60],
    ['it opens the account', 5],
    ['hosts clear their caches', 5],
  ])('while %s leaves no process after %i s', async (name, seconds) => {
    const moment = moments.find((one) => one.name === name) as Moment;
    await nobodyLeft(await killed(moment, (pid) => void process.kill(pid, 'SIGKILL')), seconds);
  });
});

test('the next rehearsal passes, and clears away what the killed one left', patience, async () => {
  const [moment] = moments.slice(-1);
  const pid = await killed(moment as Moment, (leader) => signalGroup(leader, 'SIGKILL'));
  expect(foldersOf(pid)).toHaveLength(1);
  expect(await rollback(['rehearse', firstStory, ...(await given())])).toMatchObject({ code: 0, stderr: '' });
  expect(foldersOf(pid)).toEqual([]);
});
