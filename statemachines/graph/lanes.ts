import type { Edge, Graph } from './graph.ts';
import type { Places } from './places.ts';

/**
 * A vertical line in a gutter that several edges share: the cases of one choice, or the errors that lead to one
 * state.
 */
export type Lane = {
  readonly side: -1 | 1;
  /** Counted from the happy path outwards. */
  readonly index: number;
  readonly shares: 'source' | 'target';
  readonly edges: readonly Edge[];
};

/** Returns the lanes of a graph. An edge without a lane is a straight line to the next box of its column. */
export function lanesOf({ edges }: Graph, places: Places): Lane[] {
  const routed = edges.filter((edge) => !isStraight(edge, places));
  const lanes: Lane[] = [];
  // The lane with the most edges is nearest to the states, so that the fewest lines cross.
  for (const group of groupsOf(routed, places).toSorted((a, b) => b.edges.length - a.edges.length)) {
    const beside = lanes.filter((lane) => lane.side === group.side && overlap(lane.edges, group.edges, places));
    lanes.push({ ...group, index: Math.max(-1, ...beside.map(({ index }) => index)) + 1 });
  }
  return lanes;
}

/** Groups the cases of one choice, which share their start, and other edges to one state, which share their end. */
function groupsOf(edges: readonly Edge[], places: Places): Omit<Lane, 'index'>[] {
  const choices = Map.groupBy(
    edges.filter(({ kind }) => kind !== 'caught'),
    (edge) => `${sideOf(edge, places)} ${edge.from}`,
  );
  const fans = [...choices.values()].filter((group) => group.length > 1);
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

/**
 * Returns the side of an edge's gutter: between its two columns, or towards the happy path, or right of the happy
 * path.
 */
const sideOf = ({ from, to }: Edge, places: Places): -1 | 1 =>
  columnOf(places, from) === -1 || (columnOf(places, from) === 0 && columnOf(places, to) === -1) ? -1 : 1;

function overlap(some: readonly Edge[], others: readonly Edge[], places: Places): boolean {
  const [a, b] = [rowsOf(some, places), rowsOf(others, places)];
  return Math.min(...a) <= Math.max(...b) && Math.min(...b) <= Math.max(...a);
}

const rowsOf = (edges: readonly Edge[], places: Places) =>
  edges.flatMap(({ from, to }) => [rowOf(places, from), rowOf(places, to)]);
