import type { AnyMachine, AnyState } from '../../../statemachines/graph/transitions.ts';
import { renderedText } from '../../../statemachines/state-machines.ts';

type Writable<T> = T extends (...all: never) => unknown
  ? T
  : T extends object
    ? { -readonly [Key in keyof T]: Writable<T[Key]> }
    : T;
/** A machine that may be broken: a copy, with every field open. */
export type Draft = Writable<AnyMachine>;

export const draftOf = (machine: AnyMachine): Draft =>
  JSON.parse(renderedText(machine as Parameters<typeof renderedText>[0])) as Draft;

/** A state of a draft, which is there; a mutant of a state that was renamed would otherwise break nothing. */
export function stateOf(draft: Draft, name: string): Writable<AnyState> {
  const state = draft.States[name];
  if (!state) throw new Error(`The machine has no state "${name}"; the mutant needs another.`);
  return state;
}

/** Renames a state wherever it is named. */
export function rename(draft: Draft, name: string, to: string): void {
  stateOf(draft, name);
  Object.assign(draft, JSON.parse(JSON.stringify(draft).replaceAll(`"${name}"`, JSON.stringify(to))));
}

/** Puts a state behind another one in the file. */
export function insertAfter(draft: Draft, name: string, states: Readonly<Record<string, AnyState>>): void {
  draft.States = Object.fromEntries(
    Object.entries(draft.States).flatMap((entry) => (entry[0] === name ? [entry, ...Object.entries(states)] : [entry])),
  ) as Draft['States'];
}

/** Puts a task into a Parallel or a Map of its own; the machine is as good as before. */
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
