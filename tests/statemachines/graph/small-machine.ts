import type { AnyMachine } from '../../../statemachines/graph/transitions.ts';

const task = (Next: string, ...Catch: { ErrorEquals: string[]; Next: string }[]) => ({ Type: 'Task', Next, Catch });
const onError = (Next: string, error = 'States.ALL') => ({ ErrorEquals: [error], Next });

/** A machine with every kind of edge: forwards, aside, backwards, past a step, from one side to the other. */
export const smallMachine: AnyMachine = {
  Comment: 'Drains & refills <a> tank.',
  StartAt: 'Look at the tank',
  States: {
    'Look at the tank': task('Is it full?', onError('Not looked at', 'NoTank'), onError('Ask somebody')),
    'Is it full?': {
      Type: 'Choice',
      Choices: [
        { Comment: 'yes', Condition: '{% $full %}', Next: 'Drain the tank' },
        { Condition: '{% $empty = true %}', Next: 'Nothing to do' },
      ],
      Default: 'Refill the tank',
    },
    'Drain the tank': task('Refill the tank', onError('Ask somebody')),
    'Refill the tank': task('Tell everybody about the refilled tank', onError('Ask somebody')),
    'Tell everybody about the refilled tank': task('Refilled', onError('Refilled')),
    'Ask somebody': task('Resume where?', onError('Given up')),
    'Resume where?': {
      Type: 'Choice',
      Choices: [
        { Comment: 'drain again', Condition: "{% $answer = 'drain' %}", Next: 'Drain the tank' },
        { Comment: 'refill', Condition: "{% $answer = 'refill' %}", Next: 'Refill the tank' },
        { Comment: 'leave it', Condition: "{% $answer = 'leave' %}", Next: 'Nothing to do' },
      ],
      Default: 'Given up',
    },
    Refilled: { Type: 'Succeed' },
    'Nothing to do': { Type: 'Succeed' },
    'Not looked at': { Type: 'Fail' },
    'Given up': { Type: 'Fail' },
  },
};
