import type { Edge, Graph, Node } from './graph.ts';

/** A row, counted from the top, and one of three columns: the happy path is in the middle. */
export type Place = { readonly row: number; readonly column: -1 | 0 | 1 };
export type Places = ReadonlyMap<string, Place>;

/**
 * The happy path goes straight down. Where a question ends the execution instead, the ending stands to the left of it;
 * what else leaves the path, failures above all, stands to the right, below all that leads there.
 */
export function placesOf({ nodes, edges, happyPath }: Graph): Places {
  const places = new Map<string, Place>(happyPath.map((name, row) => [name, { row, column: 0 }]));
  const left = nodes.filter(({ name }) => !places.has(name));
  while (left.length > 0) {
    // A state that only a later one leads to waits for that one; one that nothing leads to stands at the top.
    const next = Math.max(
      0,
      left.findIndex(({ name }) => edges.some(({ from, to }) => to === name && places.has(from))),
    );
    for (const node of left.splice(next, 1)) places.set(node.name, placeBeside(node, edges, places));
  }
  return places;
}

function placeBeside(node: Node, edges: readonly Edge[], places: Places): Place {
  const before = edges.filter(({ to }) => to === node.name).flatMap((edge) => placed(edge, places));
  const [first] = before;
  const ends = node.kind === 'success' || node.kind === 'failure';
  const column = first && first.column !== 0 ? first.column : ends && first?.kind === 'other' ? -1 : 1;
  const below = before.map((one) => one.row + (one.column === column ? 1 : 0));
  const taken = new Set([...places.values()].filter((place) => place.column === column).map(({ row }) => row));
  let row = Math.max(0, ...below);
  while (taken.has(row)) row += 1;
  return { row, column };
}

function placed({ from, kind }: Edge, places: Places) {
  const place = places.get(from);
  return place ? [{ ...place, kind }] : [];
}
