import type { Edge, Graph, Node } from './graph.ts';

/** A row, counted from the top, and one of three columns: the happy path is in the middle. */
type Place = { readonly row: number; readonly column: -1 | 0 | 1 };
export type Places = ReadonlyMap<string, Place>;

/**
 * Returns the place of every state.
 *
 * The happy path goes straight down in the middle. If a choice can end the execution, that ending is to the left, with the
 * states that lead only to it. Other states, above all failures, are to the right, below every state that leads there.
 */
export function placesOf(graph: Graph): Places {
  const { nodes, edges, happyPath } = graph;
  const places = new Map<string, Place>(happyPath.map((name, row) => [name, { row, column: 0 }]));
  const left = nodes.filter(({ name }) => !places.has(name));
  while (left.length > 0) {
    // A state is placed after the states that lead to it. A state without such a state is placed at the top.
    const next = left.find(({ name }) => edges.some(({ from, to }) => to === name && places.has(from))) ?? left[0];
    const chain = chainFrom(next?.name ?? '', edges, places);
    const { row, column } = placeBeside(chain, graph, places);
    for (const [i, name] of chain.entries()) {
      places.set(name, { row: row + i, column });
      left.splice(
        left.findIndex((node) => node.name === name),
        1,
      );
    }
  }
  return places;
}

/** Returns a state and the following states that only it leads to, because they are read together. */
function chainFrom(name: string, edges: readonly Edge[], places: Places, before: readonly string[] = []): string[] {
  const chain = [...before, name];
  const next = edges.filter(({ from, kind }) => from === name && kind !== 'caught').map(({ to }) => to);
  const [only] = next;
  if (only === undefined || next.length > 1 || places.has(only) || chain.includes(only)) return chain;
  return edges.some(({ from, to }) => to === only && from !== name) ? chain : chainFrom(only, edges, places, chain);
}

function placeBeside(chain: readonly string[], { nodes, edges }: Graph, places: Places): Place {
  const before = edges.filter(({ to }) => chain[0] === to).flatMap((edge) => placed(edge, places));
  const [first] = before;
  const ending = (name: string) => nodes.some((node) => node.name === name && endings.includes(node.kind));
  const ends = edges.every(({ from, to }) => !chain.includes(from) || chain.includes(to) || ending(to));
  const column = first && first.column !== 0 ? first.column : ends && first?.kind === 'other' ? -1 : 1;
  const below = before.map((one) => one.row + (one.column === column ? 1 : 0));
  const taken = new Set([...places.values()].filter((place) => place.column === column).map(({ row }) => row));
  let row = Math.max(0, ...below);
  while (chain.some((_, i) => taken.has(row + i))) row += 1;
  return { row, column };
}

const endings: readonly Node['kind'][] = ['success', 'failure'];

function placed({ from, kind }: Edge, places: Places) {
  const place = places.get(from);
  return place ? [{ ...place, kind }] : [];
}
