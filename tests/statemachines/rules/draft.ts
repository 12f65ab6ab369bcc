import type { AnyMachine, AnyState } from '../../../statemachines/graph/transitions.ts';
import { renderedText } from '../../../statemachines/state-machines.ts';

type Writable<T> = T extends (...all: never) => unknown
  ? T
  : T extends object
    ? { -readonly [Key in keyof T]: Writable<T[Key]> }
    : T;
/** A copy of a machine whose fields a test may change. */
export type Draft = Writable<AnyMachine>;

export const draftOf = (machine: AnyMachine): Draft =>
  JSON.parse(renderedText(machine as Parameters<typeof renderedText>[0])) as Draft;

/** Returns a state of a draft. Throws if it does not exist, because a test of a renamed state would change nothing. */
export function stateOf(draft: Draft, name: string): Writable<AnyState> {
  const state = draft.States[name];
  if (!state) throw new Error(`The machine has no state "${name}". Change another state in this test.`);
  return state;
}

/** Renames a state and every reference to it. */
export function rename(draft: Draft, name: string, to: string): void {
  stateOf(draft, name);
  Object.assign(draft, JSON.parse(JSON.stringify(draft).replaceAll(`"${name}"`, JSON.stringify(to))));
}

/** Inserts states after another one in the file. */
export function insertAfter(draft: Draft, name: string, states: Readonly<Record<string, AnyState>>): void {
  draft.States = Object.fromEntries(
    Object.entries(draft.States).flatMap((entry) => (entry[0] === name ? [entry, ...Object.entries(states)] : [entry])),
  ) as Draft['States'];
}

/** Wraps a task in a Parallel or a Map. The machine still keeps every rule. */
export function putInside(draft: Draft, name: string, type: 'Parallel' | 'Map'): { States: Draft['States'] } {
  const { Arguments, Assign: _, Next, ...task } = stateOf(draft, name);
  const inner = {
    StartAt: 'Take one',
    States: {
      'Take one': {
        ...task,
        Arguments,
        Catch: [{ ErrorEquals: ['States.ALL'], Assign: { problem_inside: 'x' }, Next: 'Took one' }],
        Next: 'Took one',
      },
      'Took one': { Type: 'Succeed', Comment: 'It is over. Runbook: docs/runbook.md#rolled-back' },
    },
  };
  (draft.States as Record<string, unknown>)[name] = {
    Type: type,
    Comment: 'Takes them all.',
    ...(type === 'Parallel' ? { Branches: [inner] } : { Items: '{% $rollback %}', ItemProcessor: inner }),
    Assign: { fence: 0 },
    Retry: task.Retry,
    Catch: task.Catch,
    Next,
  };
  return inner as { States: Draft['States'] };
}
