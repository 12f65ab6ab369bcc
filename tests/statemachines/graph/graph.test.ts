import { describe, expect, test } from 'vitest';
import { graphOf } from '../../../statemachines/graph/graph.ts';
import { smallMachine } from './small-machine.ts';

const graph = graphOf(smallMachine);
const edge = (from: string, to: string) => graph.edges.find((one) => one.from === from && one.to === to);

test('the happy path is what is next, and of a question its first answer', () => {
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

describe('a line says', () => {
  test.each([
    ['Is it full?', 'Drain the tank', 'happy', 'yes', "the rule's comment"],
    ['Is it full?', 'Nothing to do', 'other', '$empty = true', "the rule's condition where it has no comment"],
    ['Is it full?', 'Refill the tank', 'other', 'otherwise', 'that no rule holds'],
    ['Look at the tank', 'Not looked at', 'caught', 'NoTank', 'which error was caught'],
    ['Look at the tank', 'Ask somebody', 'caught', '', 'nothing where every error is'],
    ['Drain the tank', 'Refill the tank', 'happy', '', 'nothing where it is simply next'],
    [
      'Tell everybody about the refilled tank',
      'Refilled',
      'happy',
      'also if it fails',
      'that an error leads where success does',
    ],
  ])('from %s to %s: %s, "%s", %s', (from, to, kind, label) => {
    expect(edge(from, to)).toEqual({ from, to, kind, label });
  });
});

test('what it cannot draw it names', () => {
  const machine = { StartAt: 'Ask all', States: { 'Ask all': { Type: 'Parallel', Branches: [] } } };
  expect(() => graphOf(machine)).toThrow('"Ask all" is a Parallel state. statemachines/graph draws none yet');
});
