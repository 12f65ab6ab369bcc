import { describe, expect, test } from 'vitest';
import { lyingOnHost2 } from './lying-on-host-2.ts';
import { accountWith, assemblyWith, storyNamed, told } from './telling.ts';

const first = storyNamed('started-by-hand');
const oneHost = { ...first, hosts: 1 };
const twoHosts = { ...first, hosts: 2 };
const patience = { timeout: 300_000 };

describe.concurrent('the first story fails, and says why,', patience, () => {
  test('when a host script was broken in the account, which is noticed before anything is run', async () => {
    const assembly = await accountWith({ 'restore-previous-version.py': () => 'import nothing_of_that_name' });
    const { differences, hosts } = await told(oneHost, { assembly });
    expect(differences[0]).toMatch(
      /found Needs a person \(.*rollback-local-restore-previous-version version 1 is not the reviewed one/,
    );
    expect(Object.values(hosts).map(({ version }) => version)).toEqual(['v1.4.0']);
  });

  test('when a host script was broken before it was synthesized', async () => {
    const assembly = await assemblyWith({ 'restore-previous-version.py': () => 'import nothing_of_that_name' });
    const { differences } = await told(oneHost, { assembly });
    expect(differences[0]).toMatch(
      /found Needs a person \(Restore previous version failed on 1 of 1 hosts: .*No module named 'nothing_of_that_name'/,
    );
  });

  test('when a host lies about the check too: the story looks at the host itself', async () => {
    const assembly = await assemblyWith({
      'restore-previous-version.py': lyingOnHost2,
      'version-at-target.py': lyingOnHost2,
    });
    const { differences, ending } = await told(twoHosts, { assembly });
    expect([ending, differences]).toEqual([
      'Rolled back',
      ['host-2.version: expected "pre-phase1-stable", found "v1.4.0"'],
    ]);
  });
});
