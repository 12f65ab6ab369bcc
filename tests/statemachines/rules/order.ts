import {
  type AnyMachine,
  type AnyState,
  happyPath,
  transitionsFrom,
} from '../../../statemachines/graph/transitions.ts';

export const isEnding = ({ Type }: AnyState) => Type === 'Succeed' || Type === 'Fail';

/** Where the file does not tell the story in its order: the happy path first, endings last, successes before failures. */
export function outOfOrder(machine: AnyMachine): string[] {
  const states = Object.entries(machine.States);
  const at = (name: string) => states.findIndex(([one]) => one === name);
  const path = happyPath(machine);
  const late = path.filter((name, i) => i > 0 && at(name) < at(path[i - 1] ?? name));
  const firstEnding = states.findIndex(([, state]) => isEnding(state));
  // A closing may stand beside the failure it leads to, but nothing goes back up from there.
  const backwards = states
    .slice(firstEnding)
    .filter(([name, state]) => transitionsFrom(state).some(({ to }) => at(to) < at(name)))
    .map(([name]) => name);
  const types = states.map(([, { Type }]) => Type);
  const lastSuccess = types.lastIndexOf('Succeed');
  return [
    ...late.map((name) => `${name} stands before what leads to it`),
    ...backwards.map((name) => `${name} stands among the endings and leads back up`),
    ...(types.includes('Fail') && types.indexOf('Fail') < lastSuccess ? ['a failure stands before a success'] : []),
    ...states.slice(-1).flatMap(([name, state]) => (isEnding(state) ? [] : [`${name} stands last and is no ending`])),
  ];
}
