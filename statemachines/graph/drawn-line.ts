import type { Point } from './geometry.ts';
import type { Line } from './lines.ts';

/** Returns the SVG of a line with right angles and round corners, with an arrow tip if it ends at a state. */
export function drawnLine(line: Pick<Line, 'kind' | 'points' | 'arrives'>): string {
  const { path, tip } = pathOf(line);
  const drawn = `<path class="${line.kind}" d="${path}"/>`;
  return tip === null ? drawn : `${drawn}<polygon class="${line.kind} tip" points="${tip}"/>`;
}

/** Returns a line as the data of an SVG path, and the corners of its arrow tip; null: it ends at no state. */
export function pathOf({ points, arrives }: Pick<Line, 'points' | 'arrives'>): { path: string; tip: string | null } {
  const [before, end] = points.slice(-2) as [Point, Point];
  const back = arrives ? towards(end, before, tipLength - 1) : end;
  return { path: rounded([...points.slice(0, -1), back]), tip: arrives ? tipCorners(before, end) : null };
}

const [tipLength, tipWidth, radius] = [8, 4, 6];

function tipCorners(before: Point, end: Point): string {
  const { x, y } = towards(end, before, tipLength);
  const turned = { x: Math.sign(end.y - before.y) * tipWidth, y: Math.sign(end.x - before.x) * tipWidth };
  const corners = [end, { x: x + turned.x, y: y + turned.y }, { x: x - turned.x, y: y - turned.y }];
  return corners.map((corner) => at(corner).replace(' ', ',')).join(' ');
}

function rounded(points: readonly Point[]): string {
  return points
    .map((point, i) => {
      const [before, after] = [points[i - 1], points[i + 1]];
      if (!before) return `M${at(point)}`;
      return after
        ? `L${at(towards(point, before, radius))} Q${at(point)} ${at(towards(point, after, radius))}`
        : `L${at(point)}`;
    })
    .join(' ');
}

/** Returns the point that is this many pixels from a point towards another, but at most half way. */
function towards(point: Point, other: Point, pixels: number): Point {
  const length = Math.hypot(other.x - point.x, other.y - point.y);
  const part = length === 0 ? 0 : Math.min(pixels, length / 2) / length;
  return { x: point.x + (other.x - point.x) * part, y: point.y + (other.y - point.y) * part };
}

const at = ({ x, y }: Point) => `${rounded1(x)} ${rounded1(y)}`;

/** Rounds to a tenth of a pixel, so that the last digits of a sum do not change the file. */
export const rounded1 = (number: number) => Math.round(number * 10) / 10;
