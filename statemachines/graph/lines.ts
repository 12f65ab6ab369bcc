import type { Box, Columns, Point } from './geometry.ts';
import type { Edge } from './graph.ts';
import type { Lane } from './lanes.ts';

export type Line = Pick<Edge, 'kind' | 'label'> & {
  readonly points: readonly Point[];
  /** Whether the line ends at a state. Otherwise it ends at a shared line that leads there. */
  readonly arrives: boolean;
  /** The left end of the label. */
  readonly labelAt: Point;
};

/** Returns the straight line to the next box of a column. */
export function straightLine({ kind, label }: Edge, from: Box, to: Box): Line {
  const [begin, end] = [from.y + from.height / 2, to.y - to.height / 2];
  const points = [
    { x: from.x, y: begin },
    { x: to.x, y: end },
  ];
  return { kind, label, points, arrives: true, labelAt: { x: from.x + 8, y: (begin + end) / 2 } };
}

/** The distances between rows, and between lines at one side of a state. Lines with a label between them need more. */
export const rowGap = 30;
const [slotPitch, labelledPitch] = [9, 14];

/** Returns a lane's lines. Only the longest draws the shared part, because dashes drawn twice would fill their gaps. */
export function laneLines(lane: Lane, lanes: readonly Lane[], box: (name: string) => Box, columns: Columns): Line[] {
  const drop = ({ from, to }: Edge) => box(to).y - box(from).y;
  const [up, down] = [lane.edges.filter((edge) => drop(edge) < 0), lane.edges.filter((edge) => drop(edge) >= 0)];
  const longest = [up, down].map((some) => some.toSorted((a, b) => Math.abs(drop(b)) - Math.abs(drop(a)))[0]);
  return lane.edges.map((edge) => {
    const [from, to] = [box(edge.from), box(edge.to)];
    const begin = meeting(from, columns.at(0), lane, slot(from, lane, lanes, box));
    const end = meeting(to, columns.at(0), lane, slot(to, lane, lanes, box));
    const crosses = (from.x - columns.at(0)) * (to.x - columns.at(0)) < 0;
    const whole = crosses
      ? across(begin, end, lanesOfCrossing(lane, columns), to)
      : [begin, { x: columns.lane(lane), y: begin.y }, { x: columns.lane(lane), y: end.y }, end];
    // If both states are in one row, the lane's end is slightly lower or higher than the start of the line.
    const ownPart = Math.abs(end.y - begin.y) < 2 * slotPitch ? 3 : 2;
    const all = crosses || longest.includes(edge);
    return {
      kind: edge.kind,
      label: edge.label,
      points: all ? whole : lane.shares === 'target' ? whole.slice(0, ownPart) : whole.slice(-ownPart),
      arrives: all || lane.shares === 'source',
      labelAt: {
        x: lane.shares === 'source' && to.x === columns.at(0) ? columns.lane(lane) + 4 : columns.labels(lane.side),
        y: labelHeight(lane, begin, end),
      },
    };
  });
}

/**
 * Returns the point where a line meets a state, on the side of the gutter. For the happy path that is the lane's
 * side.
 */
function meeting({ x, y, width }: Box, middle: number, lane: Lane, slot: number): Point {
  const side = x === middle ? lane.side : Math.sign(middle - x);
  return { x: x + (side * width) / 2, y: y + slot };
}

/** Returns a line that crosses the happy path between two rows. */
function across(begin: Point, end: Point, [first, second]: readonly [number, number], to: Box): Point[] {
  const between = to.y - to.height / 2 - rowGap / 2;
  return [
    begin,
    { x: first, y: begin.y },
    { x: first, y: between },
    { x: second, y: between },
    { x: second, y: end.y },
    end,
  ];
}

/** Returns the positions of a lane and of the first lane on the other side of the happy path. */
const lanesOfCrossing = (lane: Lane, columns: Columns): [number, number] => [
  columns.lane(lane),
  columns.lane({ side: lane.side === 1 ? -1 : 1, index: 0 }),
];

/** Returns the height of a label: above its part of a lane, or above the lane if both states are in one row. */
function labelHeight({ shares }: Lane, begin: Point, end: Point): number {
  const own = shares === 'target' ? begin.y : end.y;
  return (Math.abs(end.y - begin.y) < 2 * slotPitch ? Math.min(begin.y, end.y) : own) - 8;
}

/**
 * Returns the height of a lane's line at a state, relative to the state's middle.
 *
 * The lines of one row are one above the other, and each keeps its height in the row. First come arriving cases of a
 * choice, with their labels above them, then other arriving lines, then leaving lines. Outer lanes come first, so that no
 * lines cross.
 */
function slot(at: Box, lane: Lane, lanes: readonly Lane[], box: (name: string) => Box): number {
  const inRow = (name: string) => box(name).y === at.y;
  const arrives = ({ edges }: Lane) => edges.some(({ to }) => inRow(to));
  const place = (one: Lane) => (arrives(one) ? (one.shares === 'source' ? 0 : 1) : 2);
  const heights: number[] = [];
  const here = lanes
    .filter((one) => one.side === lane.side && (arrives(one) || one.edges.some(({ from }) => inRow(from))))
    .toSorted((a, b) => place(a) - place(b) || b.index - a.index);
  // The label of a line that leaves lies above its line, as that of an arriving case does.
  const labelled = (one: Lane) =>
    place(one) === 0 ||
    (one.shares === 'target' &&
      one.edges.some(({ from, label }) => inRow(from) && label !== '') &&
      place(here[0] as Lane) === 0);
  for (const [i, one] of here.entries())
    heights.push(i === 0 ? 0 : (heights[i - 1] ?? 0) + (labelled(one) ? labelledPitch : slotPitch));
  return (heights[here.indexOf(lane)] ?? 0) - (heights.at(-1) ?? 0) / 2;
}
