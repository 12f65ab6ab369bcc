import { type AnyMachine, type AnyState, transitionsFrom } from '../../../statemachines/graph/transitions.ts';
import { expressionsOf, isFunction, namesIn, parsed } from './expressions.ts';

/**
 * Returns one sentence per variable that an expression reads before every path assigns it.
 *
 * A failed state assigns only the variables of its Catch. The states of a branch or iteration read the variables of the
 * outer machine, except in a distributed Map. Variables that they assign end with them, and must not have the name of a
 * variable of the outer machine.
 */
export function readTooEarly(machine: AnyMachine, outer: ReadonlySet<string> = new Set()): string[] {
  const before = assignedBefore(machine, outer);
  return Object.entries(machine.States).flatMap(([name, state]) => {
    const assigned = before.get(name);
    // Another rule reports states that nothing leads to.
    if (!assigned) return [];
    return [
      ...unknownIn(state, assigned).map((what) => `${name} ${what}`),
      ...transitionsFrom(state)
        .flatMap(({ assigns }) => Object.keys(assigns))
        .filter((variable) => outer.has(variable))
        .map((variable) => `${name} assigns ${variable}, which is the name of a variable of the outer machine`),
      ...inside(state).flatMap(({ machine, sees }) => readTooEarly(machine, sees ? assigned : new Set())),
    ];
  });
}

/** Returns, by state, the variables that every path to it assigns. */
function assignedBefore({ StartAt, States }: AnyMachine, outer: ReadonlySet<string>): Map<string, ReadonlySet<string>> {
  const before = new Map<string, ReadonlySet<string>>([[StartAt, outer]]);
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

/** Returns the machines inside a state, and whether they can read the variables of the outer machine. */
export const inside = ({ Branches = [], ItemProcessor }: AnyState) => [
  ...Branches.map((machine) => ({ machine, sees: true })),
  ...(ItemProcessor ? [{ machine: ItemProcessor, sees: ItemProcessor.ProcessorConfig?.Mode !== 'DISTRIBUTED' }] : []),
];
