import { type Story, storySchema } from '../../rehearsals/story.ts';
import { assemblyWithMachines, told } from './telling.ts';

/** Takes `rollback`, of the operators ana and ben; refuses the rest with a cause that tells what it was asked. */
export const decide = {
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
export async function differences(...answers: object[]) {
  const assembly = await assemblyWithMachines({ decide });
  const { differences: found, execution } = await told(story(...answers), { assembly });
  return { found, id: execution?.arn.split(':').at(-1) };
}
