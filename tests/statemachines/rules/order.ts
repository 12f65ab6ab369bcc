import {
  type AnyMachine,
  type AnyState,
  happyPath,
  transitionsFrom,
} from '../../../statemachines/graph/transitions.ts';

export const isEnding = ({ Type }: AnyState) => Type === 'Succeed' || Type === 'Fail';

/** Returns the states in a wrong place. The order is: the happy path, other states, successes, failures. */
export function outOfOrder(machine: AnyMachine): string[] {
  const states = Object.entries(machine.States);
  const at = (name: string) => states.findIndex(([one]) => one === name);
  const path = happyPath(machine);
  const late = path.filter((name, i) => i > 0 && at(name) < at(path[i - 1] ?? name));
  const firstEnding = states.findIndex(([, state]) => isEnding(state));
  // A closing state may be beside the failure that it leads to, but no state after an ending leads back up.
  const backwards = states
    .slice(firstEnding)
    .filter(([name, state]) => transitionsFrom(state).some(({ to }) => at(to) < at(name)))
    .map(([name]) => name);
  const types = states.map(([, { Type }]) => Type);
  const lastSuccess = types.lastIndexOf('Succeed');
  return [
    ...late.map((name) => `${name} is before a state that leads to it`),
    ...backwards.map((name) => `${name} is among the endings but leads back up`),
    ...(types.includes('Fail') && types.indexOf('Fail') < lastSuccess ? ['a failure is before a success'] : []),
    ...states.slice(-1).flatMap(([name, state]) => (isEnding(state) ? [] : [`${name} is last but no ending`])),
  ];
}
