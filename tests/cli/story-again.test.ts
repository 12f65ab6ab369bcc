import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { parseYaml } from '../../config/yaml/read-yaml.ts';
import type { RollbackEvent } from '../../domain/history/event.ts';
import { storyOf } from '../../domain/story/story-of.ts';
import { storySchema } from '../../rehearsals/story.ts';
import type { StoryResult } from '../../rehearsals/story-result.ts';
import { runSimulated, storyNamed } from '../rehearsals/run-story.ts';

/** The ending, each step's verdict and number of hosts, and the hosts on which its last attempt failed. */
function outcome({ ending, rollback, events }: StoryResult) {
  const steps = (rollback?.['steps'] ?? []) as readonly { step: string; verdict: string; hosts_done: number }[];
  const failedIn = (step: string) => {
    const last = (events as unknown as readonly RollbackEvent[]).findLast(
      ({ type, detail }) => ['Step done', 'Step failed'].includes(type) && detail['step'] === step,
    );
    return ((last?.detail['failed'] ?? []) as readonly { host: string }[]).map(({ host }) => host);
  };
  return {
    ending,
    steps: steps.map(({ step, verdict, hosts_done }) => [step, verdict, hosts_done, ...failedIn(step)].join(' ')),
  };
}

// An answer and a host left out; a host that hangs and nobody answers; an alarm that recovers; a host that is away.
const again = [
  ...['hand-over-without-hosts', 'a-script-hangs'],
  ...['high-nobody-answers-and-it-recovers', 'host-unreachable-from-the-start'],
];

test.each(again)(
  '%s, written as a story from its record, has the same ending and the same steps per host',
  async (name) => {
    const once = await runSimulated(storyNamed(name));
    const { document } = storyOf('local', once.events as unknown as RollbackEvent[]);
    const text = stringify(document, { aliasDuplicateObjects: false });
    const twice = await runSimulated(parseYaml(storySchema, `${name}.yaml`, text));
    expect(twice.differences).toEqual([]);
    expect(outcome(twice)).toEqual(outcome(once));
  },
  120_000,
);
