import type { Edge, Graph } from './graph.ts';
import type { Places } from './places.ts';

/** A line down a gutter, which all of its edges share: a question's answers, or the errors that lead to one state. */
export type Lane = {
  readonly side: -1 | 1;
  /** Counted from the happy path outwards. */
  readonly index: number;
  readonly shares: 'source' | 'target';
  readonly edges: readonly Edge[];
};

/** The lanes of a graph; an edge that is in none goes straight down to the next box of its column. */
export function lanesOf({ edges }: Graph, places: Places): Lane[] {
  const routed = edges.filter((edge) => !isStraight(edge, places));
  const lanes: Lane[] = [];
  // What most states share runs nearest to them, so that the fewest lines cross.
  for (const group of groupsOf(routed, places).toSorted((a, b) => b.edges.length - a.edges.length)) {
    const beside = lanes.filter((lane) => lane.side === group.side && overlap(lane.edges, group.edges, places));
    lanes.push({ ...group, index: Math.max(-1, ...beside.map(({ index }) => index)) + 1 });
  }
  return lanes;
}

/** A question's answers on one side share their beginning; of all else, what leads to one state shares its end. */
function groupsOf(edges: readonly Edge[], places: Places): Omit<Lane, 'index'>[] {
  const answers = Map.groupBy(
    edges.filter(({ kind }) => kind !== 'caught'),
    (edge) => `${sideOf(edge, places)} ${edge.from}`,
  );
  const fans = [...answers.values()].filter((group) => group.length > 1);
  const rest = edges.filter((edge) => !fans.some((fan) => fan.includes(edge)));
  const rails = Map.groupBy(rest, (edge) => `${sideOf(edge, places)} ${edge.kind} ${edge.to}`);
  const grouped = (shares: Lane['shares']) => (group: Edge[]) => ({
    side: sideOf(group[0] as Edge, places),
    shares,
    edges: group,
  });
  return [...fans.map(grouped('source')), ...[...rails.values()].map(grouped('target'))];
}

const columnOf = (places: Places, name: string) => places.get(name)?.column ?? 0;
const rowOf = (places: Places, name: string) => places.get(name)?.row ?? 0;

function isStraight({ from, to }: Edge, places: Places): boolean {
  if (columnOf(places, from) !== columnOf(places, to)) return false;
  const between = [...places.values()].filter(
    ({ row, column }) => column === columnOf(places, from) && row > rowOf(places, from) && row < rowOf(places, to),
  );
  return rowOf(places, from) < rowOf(places, to) && between.length === 0;
}

/** The gutter between the two columns; within a column, the one that faces the happy path, and of that the right one. */
const sideOf = ({ from, to }: Edge, places: Places): -1 | 1 =>
  columnOf(places, from) === -1 || (columnOf(places, from) === 0 && columnOf(places, to) === -1) ? -1 : 1;

function overlap(some: readonly Edge[], others: readonly Edge[], places: Places): boolean {
  const [a, b] = [rowsOf(some, places), rowsOf(others, places)];
  return Math.min(...a) <= Math.max(...b) && Math.min(...b) <= Math.max(...a);
}

const rowsOf = (edges: readonly Edge[], places: Places) =>
  edges.flatMap(({ from, to }) => [rowOf(places, from), rowOf(places, to)]);
