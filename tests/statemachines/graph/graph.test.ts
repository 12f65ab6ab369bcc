import { describe, expect, test } from 'vitest';
import { graphOf } from '../../../statemachines/graph/graph.ts';
import { smallMachine } from './small-machine.ts';

const graph = graphOf(smallMachine);
const edge = (from: string, to: string) => graph.edges.find((one) => one.from === from && one.to === to);

test('the happy path follows the next states, and the first rule of each choice', () => {
  expect(graph.happyPath).toEqual([
    'Look at the tank',
    'Is it full?',
    'Drain the tank',
    'Refill the tank',
    'Tell everybody about the refilled tank',
    'Refilled',
  ]);
});

test.each([
  ['Look at the tank', 'task'],
  ['Is it full?', 'question'],
  ['Refilled', 'success'],
  ['Given up', 'failure'],
])('%s is a %s', (name, kind) => {
  expect(graph.nodes).toContainEqual({ name, kind });
});

describe('the label of an edge is', () => {
  test.each([
    ['Is it full?', 'Drain the tank', 'happy', 'yes', "the rule's comment"],
    ['Is it full?', 'Nothing to do', 'other', '$empty = true', "the rule's condition if it has no comment"],
    ['Is it full?', 'Refill the tank', 'other', 'otherwise', 'the word otherwise if no rule matches'],
    ['Look at the tank', 'Not looked at', 'caught', 'NoTank', 'the caught error'],
    ['Look at the tank', 'Ask somebody', 'caught', '', 'empty if every error is caught'],
    ['Drain the tank', 'Refill the tank', 'happy', '', 'empty for a plain next state'],
    [
      'Tell everybody about the refilled tank',
      'Refilled',
      'happy',
      'also if it fails',
      'a note if an error leads to the same state as success',
    ],
  ])('from %s to %s: %s, "%s", %s', (from, to, kind, label) => {
    expect(edge(from, to)).toEqual({ from, to, kind, label });
  });
});

test('of lines for the same named error into the same state, the last one is drawn', () => {
  const caught = { Type: 'Task', Catch: [{ ErrorEquals: ['NoTank'], Next: 'Given up' }] };
  const { edges } = graphOf({
    StartAt: 'A',
    States: {
      A: { ...caught, Next: 'B' },
      B: { ...caught, Next: 'C' },
      C: { Type: 'Succeed' },
      'Given up': { Type: 'Fail' },
    },
  });
  expect(edges.filter(({ kind }) => kind === 'caught').map(({ from }) => from)).toEqual(['B']);
});

test('refuses a state that it cannot draw, by name', () => {
  const machine = { StartAt: 'Ask all', States: { 'Ask all': { Type: 'Parallel', Branches: [] } } };
  expect(() => graphOf(machine)).toThrow('"Ask all" is a Parallel state, which statemachines/graph cannot draw yet');
});
