import { rmSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { newFolder } from '../../cli/account/embedded-account.ts';
import { killed, type Moment, moments, nobodyLeft, patience } from './kill-moments.ts';
import { foldersOf, signalGroup } from './rollback.ts';

const opening = moments.find(({ name }) => name === 'it opens the account') as Moment;

// killed.slow.test.ts tests every moment, a kill of the process alone, and the next rehearsal.
describe('a rehearsal that is killed with all its processes while it opens the account', () => {
  let pid: number;
  beforeAll(async () => {
    pid = await killed(opening, (leader) => signalGroup(leader, 'SIGKILL'));
  }, patience.timeout);

  test('leaves none of them', patience, async () => {
    await nobodyLeft(pid, 100);
  });

  test('leaves a folder, which is removed when the next account makes its own', () => {
    expect(foldersOf(pid)).toHaveLength(1);
    rmSync(newFolder(), { recursive: true });
    expect(foldersOf(pid)).toEqual([]);
  });
});
