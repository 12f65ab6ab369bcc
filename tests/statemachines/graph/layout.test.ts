import { describe, expect, test } from 'vitest';
import { readInfra } from '../../../config/infra.ts';
import type { Box, Point } from '../../../statemachines/graph/geometry.ts';
import { graphOf } from '../../../statemachines/graph/graph.ts';
import { layOut } from '../../../statemachines/graph/layout.ts';
import type { AnyMachine } from '../../../statemachines/graph/transitions.ts';
import { stateMachines } from '../../../statemachines/state-machines.ts';
import { smallMachine } from './small-machine.ts';

const machines: [string, AnyMachine][] = [
  ...Object.entries(stateMachines(readInfra())),
  ['a machine with every kind of transition', smallMachine],
];

/** Whether a vertical or horizontal segment of a line has more than its end inside a box. */
function runsThrough({ x, y, width, height }: Box, [a, b]: readonly [Point, Point]): boolean {
  const inside = (from: number, to: number, middle: number, size: number) =>
    Math.min(from, to) < middle + size / 2 - 1 && Math.max(from, to) > middle - size / 2 + 1;
  return inside(a.x, b.x, x, width) && inside(a.y, b.y, y, height);
}

/** The size of a letter in a label of 11 pixels, without descenders. */
const [letterHeight, letterWidth] = [10, 6];

const segments = (points: readonly Point[]) =>
  points.slice(1).map((point, i): readonly [Point, Point] => [points[i] ?? point, point]);

describe.each(machines)('%s', (_, machine) => {
  const graph = graphOf(machine);
  const { boxes, lines, width, height } = layOut(graph);

  test('has its happy path straight down', () => {
    const path = graph.happyPath.map((name) => boxes.find((box) => box.name === name));
    expect(new Set(path.map((box) => box?.x)).size).toBe(1);
    const heights = path.map((box) => box?.y ?? 0);
    expect(heights).toEqual(heights.toSorted((a, b) => a - b));
  });

  test('has a place of its own for every state', () => {
    expect(new Set(boxes.map(({ x, y }) => `${x} ${y}`)).size).toBe(Object.keys(machine.States).length);
  });

  test('draws every edge', () => {
    expect(lines).toHaveLength(graph.edges.length);
  });

  test('draws no line through a state', () => {
    const through = lines.flatMap(({ points }) =>
      segments(points).flatMap((segment) => boxes.filter((box) => runsThrough(box, segment)).map(({ name }) => name)),
    );
    expect(through).toEqual([]);
  });

  test('writes no label over another', () => {
    const labels = lines.filter(({ label }) => label !== '');
    const onAnother = labels.filter(({ label, labelAt: { x, y } }, i) =>
      labels.some(
        (other, j) =>
          i !== j &&
          Math.abs(other.labelAt.y - y) < letterHeight &&
          x < other.labelAt.x + other.label.length * letterWidth &&
          other.labelAt.x < x + label.length * letterWidth,
      ),
    );
    expect(onAnother.map(({ label }) => label)).toEqual([]);
  });

  test('stays on its page', () => {
    const points = lines.flatMap(({ points }) => points);
    expect(Math.min(...points.map(({ x }) => x), ...boxes.map((box) => box.x - box.width / 2))).toBeGreaterThan(0);
    expect(Math.max(...points.map(({ x }) => x), ...boxes.map((box) => box.x + box.width / 2))).toBeLessThan(width);
    expect(Math.max(...points.map(({ y }) => y), ...boxes.map((box) => box.y + box.height / 2))).toBeLessThan(height);
  });
});

test('an ending is below the message if only that message leads to it', () => {
  const [, machine] = machines.find(([name]) => name === 'phase-1') ?? [];
  const { boxes } = layOut(graphOf(machine ?? smallMachine));
  const at = (name: string) => boxes.find((box) => box.name === name);
  for (const [message, ending] of [
    ['Send observed only', 'Observed only'],
    ['Send rollback unverified', 'Rolled back, unverified'],
  ] as const) {
    expect(at(ending)?.x).toBe(at(message)?.x);
    const between = boxes.filter(
      ({ x, y }) => x === at(ending)?.x && y > (at(message)?.y ?? 0) && y < (at(ending)?.y ?? 0),
    );
    expect(between).toEqual([]);
  }
});

test('the drawing of a phase fits the width of a README', () => {
  const widths = machines.filter(([name]) => /^phase-\d/.test(name)).map(([, one]) => layOut(graphOf(one)).width);
  expect(Math.max(...widths)).toBeLessThan(900);
});
