import type { Box, Columns } from './geometry.ts';
import type { Graph } from './graph.ts';
import { type Lane, lanesOf } from './lanes.ts';
import { type Line, laneLines, rowGap, straightLine } from './lines.ts';
import { type Places, placesOf } from './places.ts';
import { wrapped } from './wrapped.ts';

/** The positions of all boxes and lines, in pixels. */
type Layout = {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
};

export const lineHeight = 17;
const [boxWidth, margin, top, lanePitch] = [180, 20, 50, 9];
/** The assumed width of a letter in a label of 11 pixels, estimated generously because no font is read. */
const labelLetter = 5.9;

/** Places a graph in three columns, and routes every line down a column or through the gutters between them. */
export function layOut(graph: Graph): Layout {
  const places = placesOf(graph);
  const lanes = lanesOf(graph, places);
  const columns = columnsOf(places, lanes);
  const boxes = boxesOf(graph, places, columns);
  const box = (name: string): Box => boxes.get(name) as Box;
  const inLanes = new Set(lanes.flatMap(({ edges }) => edges));
  const straight = graph.edges.filter((edge) => !inLanes.has(edge));
  return {
    width: columns.width,
    height: Math.max(...[...boxes.values()].map(({ y, height }) => y + height / 2)) + margin,
    boxes: [...boxes.values()],
    lines: [
      ...straight.map((edge) => straightLine(edge, box(edge.from), box(edge.to))),
      ...lanes.flatMap((lane) => laneLines(lane, lanes, box, columns)),
    ],
  };
}

/** Returns the columns. A gutter is wide enough for its lanes and, beyond them, its longest label. */
function columnsOf(places: Places, lanes: readonly Lane[]): Columns {
  const lanesWidth = (side: -1 | 1) =>
    (Math.max(-1, ...lanes.filter((lane) => lane.side === side).map(({ index }) => index)) + 2) * lanePitch;
  const labelsWidth = (side: -1 | 1) => {
    const labels = lanes.filter((lane) => lane.side === side).flatMap(({ edges }) => edges.map(({ label }) => label));
    return Math.max(0, ...labels.map(({ length }) => length)) * labelLetter + 12;
  };
  const gutter = (side: -1 | 1) => lanesWidth(side) + labelsWidth(side);
  const beside = (side: -1 | 1) =>
    [...places.values()].some(({ column }) => column === side) ? gutter(side) + boxWidth : lanesWidth(side);
  const middle = margin + beside(-1) + boxWidth / 2;
  return {
    width: Math.ceil(middle + boxWidth / 2 + beside(1) + margin),
    at: (column) => middle + (column === 0 ? 0 : column * (boxWidth + gutter(column))),
    lane: ({ side, index }) => middle + side * (boxWidth / 2 + lanePitch * (index + 1)),
    labels: (side) => middle + side * (boxWidth / 2 + lanesWidth(side)) - (side === 1 ? 6 : labelsWidth(side) - 14),
  };
}

function boxesOf({ nodes }: Graph, places: Places, { at }: Columns): Map<string, Box> {
  const heightOf = (name: string) => wrapped(name).length * lineHeight + 20;
  const rows = Map.groupBy(nodes, ({ name }) => places.get(name)?.row ?? 0);
  const middle: number[] = [];
  let y = top;
  for (const row of [...rows.keys()].toSorted((a, b) => a - b)) {
    const height = Math.max(...(rows.get(row) ?? []).map(({ name }) => heightOf(name)));
    middle[row] = y + height / 2;
    y += height + rowGap;
  }
  return new Map(
    nodes.map((node) => {
      const { row, column } = places.get(node.name) ?? { row: 0, column: 0 };
      const box = { ...node, x: at(column), y: middle[row] ?? 0, width: boxWidth, height: heightOf(node.name) };
      return [node.name, { ...box, lines: wrapped(node.name) }];
    }),
  );
}
