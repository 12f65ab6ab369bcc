import { AwsError } from '../../wire/aws-error.ts';
import { Block } from './block.ts';
import type { State, Workflow } from './machine.ts';
import { type Reading, state } from './state-definition.ts';

/** Reads StartAt and States of a machine, a branch or an item processor. */
export function workflow(block: Block, supported: Omit<Reading, 'workflow'>): Workflow {
  const reading: Reading = { ...supported, workflow: (inner) => workflow(inner, supported) };
  const startAt = block.text('StartAt');
  const raw = block.raw('States');
  if (typeof raw !== 'object' || raw === null) throw block.wrong('States', 'must be an object of states');
  const states: Record<string, State> = {};
  for (const [name, value] of Object.entries(raw)) {
    if (name.length > 80) throw block.wrong(`States/${name}`, 'is a state name of more than 80 characters');
    states[name] = state(name, new Block({ machine: block.place.machine, state: name, within: '' }, value), reading);
  }
  assertTargets(block, startAt, states);
  return { startAt, states };
}

/** Returns the states that may follow a state, each with the field that names it. */
export function targets(state: State): (readonly [field: string, target: string])[] {
  if (state.type === 'Fail' || state.type === 'Succeed') return [];
  const own = state.next === undefined ? [] : [[state.type === 'Choice' ? 'Default' : 'Next', state.next] as const];
  const branches = state.type === 'Choice' ? state.choices : 'catch' in state ? state.catch : [];
  const field = state.type === 'Choice' ? 'Choices' : 'Catch';
  return [...own, ...branches.map(({ next = '' }, index) => [`${field}[${index}]/Next`, next] as const)];
}

function assertTargets(block: Block, startAt: string, states: Readonly<Record<string, State>>): void {
  if (!Object.hasOwn(states, startAt)) {
    throw block.wrong('StartAt', `names ${JSON.stringify(startAt)}, which is not a state`);
  }
  const reached = new Set([startAt]);
  for (const name of reached) {
    for (const [field, target] of targets(states[name] as State)) {
      const at = new Block({ machine: block.place.machine, state: name, within: '' }, {});
      if (!Object.hasOwn(states, target)) {
        throw at.wrong(field, `names ${JSON.stringify(target)}, which is not a state here`);
      }
      reached.add(target);
    }
  }
  const lost = Object.keys(states).find((name) => !reached.has(name));
  if (lost !== undefined) {
    throw block.wrong(`States/${lost}`, 'is a state without a transition to it (MISSING_TRANSITION_TARGET)');
  }
}

/** Refuses two states of the same name in a machine, nested states included (Amazon States Language). */
export function assertUniqueNames(machine: string, whole: Workflow): void {
  const seen = new Set<string>();
  for (const name of namesIn(whole)) {
    if (seen.has(name)) {
      throw new AwsError(
        'InvalidDefinition',
        `Invalid State Machine Definition: machine ${JSON.stringify(machine)} has two states named ${JSON.stringify(name)}`,
      );
    }
    seen.add(name);
  }
}

/** Returns the workflows directly inside a state. */
export function nestedWorkflows(state: State): readonly Workflow[] {
  if (state.type === 'Parallel') return state.branches;
  return state.type === 'Map' ? [state.itemProcessor] : [];
}

function namesIn(within: Workflow): string[] {
  return Object.values(within.states).flatMap((state) => [state.name, ...nestedWorkflows(state).flatMap(namesIn)]);
}
