import { expect, test } from 'vitest';
import { storySchema } from '../../rehearsals/story.ts';
import { decide, differences } from './answer-stories.ts';
import { assemblyWithMachines, runStory } from './run-story.ts';

const patience = { timeout: 300_000 };

test.concurrent('a person without permission to start the machine is refused by IAM', patience, async () => {
  const auditor = { answer: 'rollback', operator: 'eve', as: 'eve@rollback-local-auditor' };
  const { found } = await differences(
    {
      ...auditor,
      refused: 'assumed-role/rollback-local-auditor/eve is not authorized to perform: states:StartExecution',
    },
    auditor,
  );
  expect(found).toEqual([
    expect.stringMatching(
      /^the answer rollback of eve at 61 s: expected it to be accepted, found it refused: User: arn:aws:sts/,
    ),
  ]);
});

test.concurrent(
  'an answer to a phase goes to its running rollback, not to a newer one that joined it',
  patience,
  async () => {
    const [first, second] = [0, 5].map((at) => ({ at: `${at}s`, start: { phase: 1 } }));
    const answer = { answer: 'wait', operator: 'ana', phase: 1 };
    // biome-ignore lint/suspicious/noThenProperty: the story's own word
    const asked = storySchema.parse({ name: 'x', hosts: 1, when: [first, second, { at: '10s', answer }], then: {} });
    const { differences: found, execution } = await runStory(asked, {
      assembly: await assemblyWithMachines({ decide }),
    });
    expect(found[0]).toContain(`"rollback":"${execution?.arn.split(':').at(-1)}"`);
  },
);
