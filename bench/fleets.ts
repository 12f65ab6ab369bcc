import { openEmbeddedAccount } from '../cli/embedded-account.ts';
import { storySchema } from '../rehearsals/story.ts';
import { tell } from '../rehearsals/tell.ts';
import type { Figure } from './figure.ts';
import { peakMegabytes } from './rollbacks.ts';

/** The same story for 3 and 300 hosts, in virtual time: transitions must not grow with the fleet. */
export async function fleets(say: (line: string) => void): Promise<Figure[]> {
  const [small, large] = [await toldTo(3, say), await toldTo(300, say)];
  return [
    {
      name: 'transitions, 300 hosts over 3 hosts',
      value: large.transitions / small.transitions,
      unit: 'x',
      most: 1,
      least: 1,
    },
    { name: 'story of 300 hosts, wall time', value: Math.round(large.seconds), unit: 's' },
    { name: 'account process, peak, 300 hosts', value: large.megabytes, unit: 'MB', most: 600 },
  ];
}

async function toldTo(hosts: number, say: (line: string) => void) {
  const story = storySchema.parse({
    name: `${hosts} hosts`,
    hosts,
    when: [{ at: '0s', start: { phase: 1 } }],
    // biome-ignore lint/suspicious/noThenProperty: the word of the story; it is parsed, never awaited
    then: { ending: 'Rolled back' },
  });
  const account = await openEmbeddedAccount({
    environment: 'local',
    hosts,
    seed: 1,
    port: 0,
    virtualFrom: '2026-01-05T09:00:00Z',
    progress: say,
  });
  try {
    const began = performance.now();
    const { execution, passed, differences } = await tell(story, {
      endpoint: account.endpoint,
      region: 'us-east-1',
      seed: 1,
      hear: () => {},
    });
    if (!passed || !execution) throw new Error(differences.join('\n'));
    return {
      transitions: execution.transitions,
      seconds: (performance.now() - began) / 1000,
      megabytes: peakMegabytes(account.pid),
    };
  } finally {
    await account.close();
  }
}
