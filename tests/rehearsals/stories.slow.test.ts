import { describe, expect, test } from 'vitest';
import type { StoryResult } from '../../rehearsals/story-result.ts';
import { falseSuccessOnHost2 } from './false-success-on-host-2.ts';
import { accountWith, assemblyWith, runStory, storyNamed } from './run-story.ts';
import { sameInSimulator } from './same-in-simulator.ts';

const first = storyNamed('started-by-hand');
const oneHost = { ...first, hosts: 1 };
const twoHosts = { ...first, hosts: 2 };
const patience = { timeout: 300_000 };

sameInSimulator(
  [
    'corruption-healed', // of `npm start`
    'phase-2-data-corruption',
    'phase-3-data-corruption',
    'phase-4-data-corruption',
    'database-locked', // by another process
    'disk-full-while-quarantining', // a real ENOSPC
    'ready-backup-truncated', // real copies, which are opened
    'prepare-interrupted-and-run-again', // real tags and copies of databases that the trading system writes
  ].map(storyNamed),
);

// A step fails and is retried if the system has not ticked since the last step, so the number of attempts differs.
test.concurrent(
  'the first story has the same ending and steps with another seed, at other times',
  patience,
  async () => {
    const [one, other] = await Promise.all([runStory(oneHost), runStory(oneHost, { seed: 2 })]);
    expect(JSON.stringify({ ...other, seed: 1 })).not.toBe(JSON.stringify(one));
    expect(outcome(other)).toEqual(outcome(one));
  },
);

describe.concurrent('the first story fails with the reason', patience, () => {
  test('if a host reports that it restored the version but did nothing', async () => {
    const assembly = await assemblyWith({ 'restore-previous-version.py': falseSuccessOnHost2 });
    const { differences, rollback, hosts } = await runStory(twoHosts, { assembly });
    expect(rollback).toMatchObject({ ending: 'Needs a person', restored_to: null });
    expect(differences).toEqual(
      expect.arrayContaining([
        expect.stringMatching(
          /found Needs a person \(Not at pre-phase1-stable: host-2 is at v1\.4\.0 with \d+ paths different/,
        ),
        'host-2.version: expected "pre-phase1-stable", found "v1.4.0"',
        expect.stringMatching(/^fleet trading: expected free, found held/),
      ]),
    );
    expect(hosts['host-1']).toMatchObject({ version: 'pre-phase1-stable' });
  });

  test('if a host script was changed in the account, before anything runs', async () => {
    const assembly = await accountWith({ 'restore-previous-version.py': () => 'import nothing_of_that_name' });
    const { differences, hosts } = await runStory(oneHost, { assembly });
    expect(differences[0]).toMatch(
      /found Needs a person \(.*rollback-local-restore-previous-version is not the reviewed one/,
    );
    expect(Object.values(hosts).map(({ version }) => version)).toEqual(['v1.4.0']);
  });

  test('if a host script was broken before it was synthesized', async () => {
    const assembly = await assemblyWith({ 'restore-previous-version.py': () => 'import nothing_of_that_name' });
    const { differences } = await runStory(oneHost, { assembly });
    expect(differences[0]).toMatch(
      /found Needs a person \(Restore previous version failed on 1 of 1 hosts: .*No module named 'nothing_of_that_name'/,
    );
  });

  test('if a host falsifies the check too, because the story reads the host itself', async () => {
    const assembly = await assemblyWith({
      'restore-previous-version.py': falseSuccessOnHost2,
      'version-at-target.py': falseSuccessOnHost2,
    });
    const { differences, ending } = await runStory(twoHosts, { assembly });
    expect([ending, differences]).toEqual([
      'Rolled back',
      ['host-2.version: expected "pre-phase1-stable", found "v1.4.0"'],
    ]);
  });
});

/** Returns the parts of a result that no seed may change. */
const outcome = ({ differences, ending, rollback, messages, flags, hosts }: StoryResult) => ({
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
