import { type AnyMachine, type AnyState, transitionsFrom } from '../../../statemachines/graph/transitions.ts';
import { expressionsOf, isFunction, namesIn, parsed } from './expressions.ts';

/**
 * What the expressions of a machine read before it is assigned on every path, one sentence each.
 *
 * A failed state has assigned nothing but what its Catch does. The states of a branch or an iteration read the variables
 * around them, but those of a distributed Map do not; what they assign themselves is gone when they end, and must not
 * have the name of a variable around them.
 */
export function readTooEarly(machine: AnyMachine, around: ReadonlySet<string> = new Set()): string[] {
  const before = assignedBefore(machine, around);
  return Object.entries(machine.States).flatMap(([name, state]) => {
    const assigned = before.get(name);
    // What nothing leads to is another rule's.
    if (!assigned) return [];
    return [
      ...unknownIn(state, assigned).map((what) => `${name} ${what}`),
      ...transitionsFrom(state)
        .flatMap(({ assigns }) => Object.keys(assigns))
        .filter((variable) => around.has(variable))
        .map((variable) => `${name} assigns ${variable}, which is the name of a variable around it`),
      ...inside(state).flatMap(({ machine, sees }) => readTooEarly(machine, sees ? assigned : new Set())),
    ];
  });
}

/** By state, the variables that are assigned on every path to it. */
function assignedBefore(
  { StartAt, States }: AnyMachine,
  around: ReadonlySet<string>,
): Map<string, ReadonlySet<string>> {
  const before = new Map<string, ReadonlySet<string>>([[StartAt, around]]);
  const pending = [StartAt];
  for (const name of pending) {
    for (const { to, assigns } of transitionsFrom(States[name] ?? { Type: 'Fail' })) {
      const after = new Set([...(before.get(name) ?? []), ...Object.keys(assigns)]);
      const known = before.get(to);
      const both = known?.intersection(after) ?? after;
      if (known?.size === both.size) continue;
      before.set(to, both);
      pending.push(to);
    }
  }
  return before;
}

function unknownIn(state: AnyState, assigned: ReadonlySet<string>): string[] {
  return expressionsOf(state).flatMap(({ field, text }) => {
    const node = parsed(text);
    if (typeof node === 'string') return [`has no JSONata in ${field}: ${node}`];
    const { variables, functions } = namesIn(node);
    return [
      ...variables.filter((name) => !assigned.has(name)).map((name) => `reads $${name} in ${field}`),
      ...functions.filter((name) => !isFunction(name)).map((name) => `calls $${name} in ${field}`),
    ];
  });
}

/** The machines inside a state, and whether they see the variables around it. */
export const inside = ({ Branches = [], ItemProcessor }: AnyState) => [
  ...Branches.map((machine) => ({ machine, sees: true })),
  ...(ItemProcessor ? [{ machine: ItemProcessor, sees: ItemProcessor.ProcessorConfig?.Mode !== 'DISTRIBUTED' }] : []),
];
