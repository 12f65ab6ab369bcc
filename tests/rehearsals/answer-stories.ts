import { type Story, storySchema } from '../../rehearsals/story.ts';
import { assemblyWithMachines, runSimulated } from './run-story.ts';

/** A decide machine that accepts the answer `rollback` and refuses any other with its input as the cause. */
export const decide = {
  StartAt: 'Is it rollback?',
  States: {
    'Is it rollback?': {
      Type: 'Choice',
      Choices: [{ Condition: "{% $states.input.answer = 'rollback' %}", Next: 'Accepted' }],
      Default: 'Refused',
    },
    Accepted: { Type: 'Succeed' },
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

/** Runs a story with these answers. Returns its differences, and the id of the rollback that was planned. */
export async function differences(...answers: object[]) {
  const assembly = await assemblyWithMachines({ decide });
  const { differences: found, execution } = await runSimulated(story(...answers), { assembly });
  return { found, id: execution?.arn.split(':').at(-1) };
}
