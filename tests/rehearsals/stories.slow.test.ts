import { describe, expect, test } from 'vitest';
import type { Told } from '../../rehearsals/tell.ts';
import { lyingOnHost2 } from './lying-on-host-2.ts';
import { accountWith, assemblyWith, storyNamed, told } from './telling.ts';

const first = storyNamed('started-by-hand');
const oneHost = { ...first, hosts: 1 };
const twoHosts = { ...first, hosts: 2 };
const patience = { timeout: 300_000 };

// Where a script meets a system that has not ticked since the last step, the step is tried again; so attempts differ.
test.concurrent(
  'the first story with another seed comes to the same end by the same steps, at other times',
  patience,
  async () => {
    const [one, other] = await Promise.all([told(oneHost), told(oneHost, { seed: 2 })]);
    expect(JSON.stringify({ ...other, seed: 1 })).not.toBe(JSON.stringify(one));
    expect(outcome(other)).toEqual(outcome(one));
  },
);

describe.concurrent('the first story fails, and says why,', patience, () => {
  test('when a host says that it restored the version and did nothing', async () => {
    const assembly = await assemblyWith({ 'restore-previous-version.py': lyingOnHost2 });
    const { differences, rollback, hosts } = await told(twoHosts, { assembly });
    expect(rollback).toMatchObject({ ending: 'Needs a person', restored_to: null });
    expect(differences).toEqual(
      expect.arrayContaining([
        expect.stringMatching(
          /found Deps a person \(Not at pre-phase1-stable: host-2 is at v1\.4\.0, \d+ paths differ/,
        ),
        'host-2.version: expected "pre-phase1-stable", found "v1.4.0"',
        expect.stringMatching(/^fleet trading: expected free, found held/),
      ]),
    );
    expect(hosts['host-1']).toMatchObject({ version: 'pre-phase1-stable' });
  });

  test('when a host script was broken in the account, which is noticed before anything is run', async () => {
    const assembly = await accountWith({ 'restore-previous-version.py': () => 'import nothing_of_that_name' });
    const { differences, hosts } = await told(oneHost, { assembly });
    expect(differences[0]).toMatch(
      /found Deps a person \(.*rollback-local-restore-previous-version version 1 is not the reviewed one/,
    );
    expect(Object.values(hosts).map(({ version }) => version)).toEqual(['v1.4.0']);
  });

  test('when a host script was broken before it was synthesized', async () => {
    const assembly = await assemblyWith({ 'restore-previous-version.py': () => 'import nothing_of_that_name' });
    const { differences } = await told(oneHost, { assembly });
    expect(differences[0]).toMatch(
      /found Deps a person \(Restore previous version failed on 1 of 1 hosts: .*No module named 'nothing_of_that_name'/,
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

/** What no seed may change. */
const outcome = ({ differences, ending, rollback, messages, flags, hosts }: Told) => ({
  differences,
  ending,
  restored_to: rollback?.['restored_to'],
  steps: ((rollback?.['steps'] ?? []) as Record<string, unknown>[]).map(({ step, verdict, hosts_done }) => ({
    step,
    verdict,
    hosts_done,
  })),
  messages: messages.map(({ attributes }) => attributes['message']),
  flags,
  hosts,
});
