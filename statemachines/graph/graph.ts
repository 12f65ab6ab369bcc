import { type AnyMachine, type AnyState, happyPath, transitionsFrom } from './transitions.ts';

/** What a drawing of a state machine shows. */
export type Graph = {
  readonly title: string;
  /** The states that everybody hopes for, from the first to an ending. */
  readonly happyPath: readonly string[];
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
};
export type Node = { readonly name: string; readonly kind: 'task' | 'question' | 'success' | 'failure' };
export type Edge = {
  readonly from: string;
  readonly to: string;
  /** `happy` is the path that everybody hopes for; `caught` is an error's. */
  readonly kind: 'happy' | 'other' | 'caught';
  readonly label: string;
};

/** The graph of a state machine: its states in the order of the file, and every way between two of them once. */
export function graphOf(machine: AnyMachine): Graph {
  const path = happyPath(machine);
  return {
    title: machine.Comment ?? '',
    happyPath: path,
    nodes: Object.entries(machine.States).map(([name, state]) => ({ name, kind: kindOf(name, state) })),
    edges: Object.entries(machine.States).flatMap(([name, state]) =>
      edgesFrom(name, state, path[path.indexOf(name) + 1]),
    ),
  };
}

function kindOf(name: string, { Type }: AnyState): Node['kind'] {
  if (Type === 'Choice') return 'question';
  if (Type === 'Succeed') return 'success';
  if (Type === 'Fail') return 'failure';
  // Their states stand inside them, which no drawing here shows yet.
  if (Type === 'Parallel' || Type === 'Map')
    throw new Error(`"${name}" is a ${Type} state. statemachines/graph draws none yet; teach it first.`);
  return 'task';
}

/** Several ways between the same two states are one line, which says them all. */
function edgesFrom(from: string, state: AnyState, happy: string | undefined): Edge[] {
  const byTarget = Map.groupBy(transitionsFrom(state), ({ to }) => to);
  return [...byTarget].map(([to, ways]) => {
    const caught = ways.filter(({ kind }) => kind === 'caught');
    const all = caught.length === ways.length;
    const said = ways.filter(({ kind }) => all || kind !== 'caught').map(({ says }) => short(says));
    return {
      from,
      to,
      kind: all ? 'caught' : to === happy ? 'happy' : 'other',
      label: [...said, ...(caught.length > 0 && !all ? ['also if it fails'] : [])].filter(Boolean).join(' or '),
    };
  });
}

/** A rule without a comment says its condition, without the brackets around it. */
const short = (says: string) => says.replace(/^\{%\s*|\s*%\}$/g, '');
