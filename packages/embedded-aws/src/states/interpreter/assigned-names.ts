import { AwsError } from '../../wire/aws-error.ts';
import type { Leaving, State, Workflow } from './machine.ts';
import { inside } from './workflow-definition.ts';

/**
 * Refuses an inner Assign to a name that an outer scope assigns.
 *
 * Branches and iterations run side by side: they may read the variables around them, but the names of outer and inner
 * variables must be unique (Amazon States Language, "Variable Scope").
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
    for (const inner of inside(state)) assertScopes(machine, inner, visible);
  }
}

function assignedBy(state: State): string[] {
  if (state.type === 'Fail') return [];
  const ways: Leaving[] = [state];
  if (state.type === 'Choice') ways.push(...state.choices);
  if ('catch' in state) ways.push(...state.catch);
  return ways.flatMap(({ assign }) => assign?.keys ?? []);
}

const shadowed = (machine: string, state: string, name: string) =>
  new AwsError(
    'InvalidDefinition',
    `Invalid State Machine Definition: machine ${JSON.stringify(machine)}, state ${JSON.stringify(state)}, field "Assign/${name}": ` +
      'an outer scope assigns this variable too; give it another name here',
  );
