import { AwsError } from '../../wire/aws-error.ts';
import type { State, Transition, Workflow } from './machine.ts';
import { nestedWorkflows } from './workflow-definition.ts';

/**
 * Refuses an inner Assign to a name that an outer scope assigns.
 *
 * Branches and iterations run concurrently. They may read the variables of outer scopes, but the names of outer and inner
 * variables must be different (Amazon States Language, "Variable Scope").
 */
export function assertScopes(machine: string, scope: Workflow, outer: ReadonlySet<string> = new Set()): void {
  const states = Object.values(scope.states);
  for (const state of states) {
    const shadowing = [...assigned(state), ...assignedByCatch(state)].find((name) => outer.has(name));
    if (shadowing !== undefined) throw shadowed(machine, state.name, shadowing);
  }
  for (const state of states) {
    // A state's own Catch runs after its branches, and AWS accepts their names in it.
    const beside = states.flatMap((other) => [...assigned(other), ...(other === state ? [] : assignedByCatch(other))]);
    for (const inner of nestedWorkflows(state)) assertScopes(machine, inner, new Set([...outer, ...beside]));
  }
}

const assigned = (state: State) =>
  state.type === 'Fail' ? [] : names(state.type === 'Choice' ? [state, ...state.choices] : [state]);

const assignedByCatch = (state: State) => ('catch' in state ? names(state.catch) : []);

const names = (transitions: readonly Transition[]) => transitions.flatMap(({ assign }) => assign?.keys ?? []);

const shadowed = (machine: string, state: string, name: string) =>
  new AwsError(
    'InvalidDefinition',
    `Invalid State Machine Definition: machine ${JSON.stringify(machine)}, state ${JSON.stringify(state)}, field "Assign/${name}": ` +
      'an outer scope assigns this variable too; use another name here',
  );
