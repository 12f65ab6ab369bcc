import { describe, expect, test } from 'vitest';
import { killed, type Moment, moments, nobodyLeft, patience, withAssembly } from './kill-moments.ts';
import { foldersOf, rollback, signalGroup } from './rollback.ts';

const at = (name: string) => moments.find((one) => one.name === name) as Moment;

// killed.slow.test.ts tests every moment, and a kill of the process alone.
describe.concurrent('a rehearsal that is killed with all its processes', patience, () => {
  test.each(['hosts clear their caches'])('when %s leaves none of them', async (name) => {
    await nobodyLeft(await killed(at(name), (pid) => signalGroup(pid, 'SIGKILL')), 5);
  });
});

test(
  'the next rehearsal passes and removes the folder of one that was killed while it opened the account',
  patience,
  async () => {
    const pid = await killed(at('it opens the account'), (leader) => signalGroup(leader, 'SIGKILL'));
    await nobodyLeft(pid, 5);
    expect(foldersOf(pid)).toHaveLength(1);
    const next = await rollback(['rehearse', 'tests/cli/no-host.yaml', ...(await withAssembly())]);
    expect(next).toMatchObject({ code: 0, stderr: '' });
    expect(foldersOf(pid)).toEqual([]);
  },
);
