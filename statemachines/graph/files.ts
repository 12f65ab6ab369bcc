import { graphOf } from './graph.ts';
import { mermaidOf } from './mermaid.ts';
import { svgOf } from './svg.ts';
import type { AnyMachine } from './transitions.ts';

/** The drawings of docs/graphs by their path, two a machine: what a reviewer looks at before reading. */
export const graphFiles = (machines: Readonly<Record<string, AnyMachine>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(machines).flatMap(([name, machine]) => [
      [`docs/graphs/${name}.svg`, svgOf(graphOf(machine))],
      [`docs/graphs/${name}.mmd`, mermaidOf(graphOf(machine))],
    ]),
  );
