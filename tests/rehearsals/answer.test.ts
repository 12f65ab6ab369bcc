import { expect, test } from 'vitest';
import { type Story, storySchema } from '../../rehearsals/story.ts';
import { assemblyWithMachines, told } from './telling.ts';

/** Takes `rollback`, of the operators ana and ben; refuses the rest with a cause that tells what it was asked. */
const decide = {
  StartAt: 'May it be taken?',
  States: {
    'May it be taken?': {
      Type: 'Choice',
      Choices: [{ Condition: "{% $states.input.answer = 'rollback' %}", Next: 'Taken' }],
      Default: 'Refused',
    },
    Taken: { Type: 'Succeed' },
    Refused: { Type: 'Fail', Error: 'AnswerRefused', Cause: '{% $string($states.input) %}' },
  },
};

const plan = { at: '0s', start: { phase: 1, input: { mode: 'plan' } } };
const story = (...answers: object[]): Story =>
  storySchema.parse({
    name: 'Answers',
    hosts: 1,
    when: [plan, ...answers.map((answer, i) => ({ at: `${60 + i}s`, answer }))],
    // biome-ignore lint/suspicious/noThenProperty: the story's own word
    then: {},
  });

/** What differs, and the id of the rollback that was planned. */
async function differences(...answers: object[]) {
  const assembly = await assemblyWithMachines({ decide });
  const { differences: found, execution } = await told(story(...answers), { assembly });
  return { found, id: execution?.arn.split(':').at(-1) };
}

const patience = { timeout: 300_000 };

test.concurrent(
  'an answer is as the story says, or a difference: taken or refused, and with which text',
  patience,
  async () => {
    const { found, id } = await differences(
      { answer: 'rollback', operator: 'ana', reason: 'confirmed', as: 'ana' },
      { answer: 'wait', operator: 'ana', refused: '"answer":"wait"' },
      { answer: 'wait', operator: 'ana', reason: 'why not', phase: 1 },
      { answer: 'wait', operator: 'ben', refused: 'too late' },
      { answer: 'rollback', operator: 'ben', refused: 'too late' },
    );
    const asked = { answer: 'wait', operator: 'ana', reason: 'why not', rollback: id };
    expect(found).toEqual([
      `the answer wait of ana at 62 s: expected it to be taken, found it refused: ${JSON.stringify(asked)}`,
      'the answer wait of ben at 63 s: expected it to be refused with "too late", ' +
        'found it refused: {"answer":"wait","operator":"ben"}',
      'the answer rollback of ben at 64 s: expected it to be refused with "too late", found it taken',
    ]);
  },
);

test.concurrent('somebody who may not start the machine is refused by IAM', patience, async () => {
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
      /^the answer rollback of eve at 61 s: expected it to be taken, found it refused: User: arn:aws:sts/,
    ),
  ]);
});

test.concurrent('a phase stands for its rollback that runs, not for a newer one that joined it', patience, async () => {
  const [first, second] = [0, 5].map((at) => ({ at: `${at}s`, start: { phase: 1 } }));
  const answer = { answer: 'wait', operator: 'ana', phase: 1 };
  // biome-ignore lint/suspicious/noThenProperty: the story's own word
  const asked = storySchema.parse({ name: 'x', hosts: 1, when: [first, second, { at: '10s', answer }], then: {} });
  const { differences: found, execution } = await told(asked, { assembly: await assemblyWithMachines({ decide }) });
  expect(found[0]).toContain(`"rollback":"${execution?.arn.split(':').at(-1)}"`);
});
