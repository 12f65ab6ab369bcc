import { expect, test } from 'vitest';
import { assemblyWithPairs, runSimulated, storyIn } from '../rehearsals/run-story.ts';

// Stories of a runbook that forbids a pair of code and flag; that of infra/runbooks forbids none.

const patience = { timeout: 120_000 };
const story = storyIn('tests/simulator/one-host-at-another-version.yaml');
const pair = { version: 'v1.3.1', flag: 'data_source', value: 'barchart', reason: 'it trades twice' };

test('a pair that only one host can come to asks a permit, and names that host', patience, async () => {
  const assembly = await assemblyWithPairs(1, [pair]);
  expect((await runSimulated(story, { assembly })).differences).toEqual([]);
});

test(
  'the same pair is no objection if no host runs that version, although the file declares it',
  patience,
  async () => {
    const assembly = await assemblyWithPairs(1, [pair]);
    const everywhere = { ...story, when: story.when.filter(({ fault }) => fault) };
    const { ending, rollback } = await runSimulated(everywhere, { assembly });
    expect([ending, rollback?.['questions']]).toEqual(['Rolled back', []]);
  },
);
