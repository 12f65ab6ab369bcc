import type { Box, Columns, Point } from './geometry.ts';
import type { Edge } from './graph.ts';
import type { Lane } from './lanes.ts';

export type Line = Pick<Edge, 'kind' | 'label'> & {
  readonly points: readonly Point[];
  /** Whether it ends at a state, and not at a line that goes on to it. */
  readonly arrives: boolean;
  /** Where its label begins. */
  readonly labelAt: Point;
};

/** The way to the next box of a column. */
export function straightLine({ kind, label }: Edge, from: Box, to: Box): Line {
  const [begin, end] = [from.y + from.height / 2, to.y - to.height / 2];
  const points = [
    { x: from.x, y: begin },
    { x: to.x, y: end },
  ];
  return { kind, label, points, arrives: true, labelAt: { x: from.x + 8, y: (begin + end) / 2 } };
}

/** How far apart rows stand, and lines that meet one side of a state; further where a label stands between them. */
export const rowGap = 30;
const [slotPitch, labelledPitch] = [9, 14];

/** Of what a lane's edges share only the longest draws all; dashes drawn twice would fill each other's gaps. */
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
    // In the row where the lane ends, its end is not quite as high as the line's beginning.
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

/** Where a line meets a state: the side that faces the gutter. Of the happy path's states that is the lane's own. */
function meeting({ x, y, width }: Box, middle: number, lane: Lane, slot: number): Point {
  const side = x === middle ? lane.side : Math.sign(middle - x);
  return { x: x + (side * width) / 2, y: y + slot };
}

/** From one side of the happy path to the other, between two rows. */
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

/** A label stands above its own part of a lane, and above the lane where both are in one row. */
function labelHeight({ shares }: Lane, begin: Point, end: Point): number {
  const own = shares === 'target' ? begin.y : end.y;
  return (Math.abs(end.y - begin.y) < 2 * slotPitch ? Math.min(begin.y, end.y) : own) - 8;
}

/**
 * Lines that meet the states of one row do so one above the other, and each at one height wherever it meets them: first an
 * answer, whose label stands above it, then what else arrives, the outermost lane first so that none cross there, and last
 * what leaves.
 */
function slot(at: Box, lane: Lane, lanes: readonly Lane[], box: (name: string) => Box): number {
  const inRow = (name: string) => box(name).y === at.y;
  const arrives = ({ edges }: Lane) => edges.some(({ to }) => inRow(to));
  const place = (one: Lane) => (arrives(one) ? (one.shares === 'source' ? 0 : 1) : 2);
  const heights: number[] = [];
  const here = lanes
    .filter((one) => one.side === lane.side && (arrives(one) || one.edges.some(({ from }) => inRow(from))))
    .toSorted((a, b) => place(a) - place(b) || b.index - a.index);
  for (const [i, one] of here.entries())
    heights.push(i === 0 ? 0 : (heights[i - 1] ?? 0) + (place(one) === 0 ? labelledPitch : slotPitch));
  return (heights[here.indexOf(lane)] ?? 0) - (heights.at(-1) ?? 0) / 2;
}
