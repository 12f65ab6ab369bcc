import { describe, expect, test } from 'vitest';
import { killed, type Moment, moments, nobodyLeft, patience, withAssembly } from './kill-moments.ts';
import { foldersOf, rollback, signalGroup } from './rollback.ts';

describe.concurrent('a rehearsal that is killed with all its processes', patience, () => {
  test.each(moments)('$later ms after $name leaves none of them', async (moment) => {
    await nobodyLeft(await killed(moment, (pid) => signalGroup(pid, 'SIGKILL')), 100);
  });
});

describe.concurrent('a rehearsal that is killed alone', patience, () => {
  test.each([
    // The synthesis does not notice the kill, so it runs to completion.
    ['it synthesizes', 60],
    ['it opens the account', 5],
    ['hosts clear their caches', 5],
  ])('while %s leaves no process after %i s', async (name, seconds) => {
    const moment = moments.find((one) => one.name === name) as Moment;
    await nobodyLeft(await killed(moment, (pid) => void process.kill(pid, 'SIGKILL')), seconds);
  });
});

test('the next rehearsal passes and removes the folder of one that was killed', patience, async () => {
  const moment = moments.find(({ name }) => name === 'it opens the account') as Moment;
  const pid = await killed(moment, (leader) => signalGroup(leader, 'SIGKILL'));
  expect(foldersOf(pid)).toHaveLength(1);
  const next = await rollback(['rehearse', 'tests/cli/no-host.yaml', ...(await withAssembly())]);
  expect(next).toMatchObject({ code: 0, stderr: '' });
  expect(foldersOf(pid)).toEqual([]);
});
