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
  const own = new Set<string>();
  for (const state of Object.values(scope.states)) {
    for (const name of assignedBy(state)) {
      if (outer.has(name)) throw shadowed(machine, state.name, name);
      own.add(name);
    }
  }
  const visible = new Set([...outer, ...own]);
  for (const state of Object.values(scope.states)) {
    for (const inner of nestedWorkflows(state)) assertScopes(machine, inner, visible);
  }
}

function assignedBy(state: State): string[] {
  if (state.type === 'Fail') return [];
  const transitions: Transition[] = [state];
  if (state.type === 'Choice') transitions.push(...state.choices);
  if ('catch' in state) transitions.push(...state.catch);
  return transitions.flatMap(({ assign }) => assign?.keys ?? []);
}

const shadowed = (machine: string, state: string, name: string) =>
  new AwsError(
    'InvalidDefinition',
    `Invalid State Machine Definition: machine ${JSON.stringify(machine)}, state ${JSON.stringify(state)}, field "Assign/${name}": ` +
      'an outer scope assigns this variable too; use another name here',
  );
