import { type AnyMachine, type AnyState, happyPath, transitionsFrom } from './transitions.ts';

/** The content of a state machine's drawing. */
export type Graph = {
  readonly title: string;
  /** The states from the first to the ending if nothing goes wrong. */
  readonly happyPath: readonly string[];
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
};
export type Node = { readonly name: string; readonly kind: 'task' | 'question' | 'success' | 'failure' };
export type Edge = {
  readonly from: string;
  readonly to: string;
  /** `happy` is on the happy path, `caught` follows an error. */
  readonly kind: 'happy' | 'other' | 'caught';
  readonly label: string;
};

/**
 * Returns the graph of a state machine: its states in the order of the file, and one edge per pair of connected
 * states.
 */
export function graphOf(machine: AnyMachine): Graph {
  const path = happyPath(machine);
  return {
    title: machine.Comment ?? '',
    happyPath: path,
    nodes: Object.entries(machine.States).map(([name, state]) => ({ name, kind: kindOf(name, state) })),
    edges: Object.entries(machine.States)
      .flatMap(([name, state]) => edgesFrom(name, state, path[path.indexOf(name) + 1]))
      .filter((edge, i, all) => !isRepeated(edge, all.slice(i + 1))),
  };
}

/**
 * Returns whether a later state has the same named error caught by the same state. Only the last such line is drawn: the
 * refusal of an execution that was redriven too late is in nearly every state, and its lines would hide the others.
 */
const isRepeated = ({ to, kind, label }: Edge, later: readonly Edge[]) =>
  kind === 'caught' &&
  label !== '' &&
  later.some((edge) => edge.to === to && edge.kind === kind && edge.label === label);

function kindOf(name: string, { Type }: AnyState): Node['kind'] {
  if (Type === 'Choice') return 'question';
  if (Type === 'Succeed') return 'success';
  if (Type === 'Fail') return 'failure';
  // These contain states of their own, which no drawing here shows yet.
  if (Type === 'Parallel' || Type === 'Map')
    throw new Error(
      `"${name}" is a ${Type} state, which statemachines/graph cannot draw yet. Add its drawing there first.`,
    );
  return 'task';
}

/** Returns one edge per target state. Its label names all transitions to that state. */
function edgesFrom(from: string, state: AnyState, happy: string | undefined): Edge[] {
  const byTarget = Map.groupBy(transitionsFrom(state), ({ to }) => to);
  return [...byTarget].map(([to, transitions]) => {
    const caught = transitions.filter(({ kind }) => kind === 'caught');
    const all = caught.length === transitions.length;
    const labels = transitions
      .filter(({ kind }) => all || kind !== 'caught')
      .map(({ label }) => withoutBrackets(label));
    return {
      from,
      to,
      kind: all ? 'caught' : to === happy ? 'happy' : 'other',
      label: [...labels, ...(caught.length > 0 && !all ? ['also if it fails'] : [])].filter(Boolean).join(' or '),
    };
  });
}

/** Removes the brackets of a condition, which is the label of a rule without a comment. */
const withoutBrackets = (label: string) => label.replace(/^\{%\s*|\s*%\}$/g, '');
