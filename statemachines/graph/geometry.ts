import type { Node } from './graph.ts';
import type { Lane } from './lanes.ts';

/** A point of a drawing, in pixels from its top left corner. */
export type Point = { readonly x: number; readonly y: number };

/** The box of a state; x and y are its middle. */
export type Box = Node & Point & { readonly width: number; readonly height: number; readonly lines: readonly string[] };

/** The horizontal positions of a drawing's columns and of the gutters between them. */
export type Columns = {
  readonly width: number;
  /** The middle of a column. */
  readonly at: (column: -1 | 0 | 1) => number;
  /** The position of a lane. */
  readonly lane: (lane: Pick<Lane, 'side' | 'index'>) => number;
  /** The left end of a gutter's labels, beyond all of its lanes. */
  readonly labels: (side: -1 | 1) => number;
};
