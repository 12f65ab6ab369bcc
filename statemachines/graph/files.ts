import { graphOf } from './graph.ts';
import { mermaidOf } from './mermaid.ts';
import { svgOf } from './svg.ts';
import type { AnyMachine } from './transitions.ts';

/** Returns the drawings of docs/graphs by path, two per machine. A reviewer looks at them before reading. */
export const graphFiles = (machines: Readonly<Record<string, AnyMachine>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(machines).flatMap(([name, machine]) => [
      [`docs/graphs/${name}.svg`, svgOf(graphOf(machine))],
      [`docs/graphs/${name}.mmd`, mermaidOf(graphOf(machine))],
    ]),
  );
