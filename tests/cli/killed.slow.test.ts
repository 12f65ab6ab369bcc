import { describe, test } from 'vitest';
import { killed, type Moment, moments, nobodyLeft, patience } from './kill-moments.ts';
import { signalGroup } from './rollback.ts';

describe.concurrent('a rehearsal that is killed with all its processes', patience, () => {
  test.each(moments)('$later ms after $name leaves none of them', async (moment) => {
    await nobodyLeft(await killed(moment, (pid) => signalGroup(pid, 'SIGKILL')), 5);
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
