import { writeFileSync } from 'node:fs';
import { readInfra } from '../../config/infra.ts';
import { infraFolder } from '../../config/infra-folder.ts';
import { nearMiss } from '../../domain/near-miss.ts';
import { graphOf } from '../../statemachines/graph/graph.ts';
import { mermaidOf } from '../../statemachines/graph/mermaid.ts';
import { svgOf } from '../../statemachines/graph/svg.ts';
import { stateMachines } from '../../statemachines/state-machines.ts';
import { UsageError } from '../account/usage-error.ts';
import { printData } from '../text/colour.ts';

type Options = {
  readonly phase?: number;
  readonly machine?: string;
  readonly svg?: boolean;
  readonly mermaid?: boolean;
  readonly json?: boolean;
  readonly out?: string;
};

export async function graph({ out, svg, mermaid, json, ...which }: Options): Promise<number> {
  const formats = Object.entries({ svg, mermaid, json }).flatMap(([name, asked]) => (asked ? [`--${name}`] : []));
  if (formats.length > 1)
    throw new UsageError(`graph takes --svg, --mermaid or --json; found ${formats.join(' and ')}.`);
  const drawn = graphOf(chosen(which));
  const text = json ? `${JSON.stringify(drawn, null, 2)}\n` : mermaid ? mermaidOf(drawn) : svgOf(drawn);
  if (out === undefined) printData(text);
  else write(out, text);
  return 0;
}

function chosen({ phase, machine }: Pick<Options, 'phase' | 'machine'>) {
  const machines = stateMachines(readInfra());
  const known = Object.keys(machines);
  const list = `Machines: ${known.join(', ')}.`;
  if ((phase === undefined) === (machine === undefined))
    throw new UsageError(
      `graph takes --phase N or --machine NAME; found ${phase === undefined ? 'neither' : 'both'}. ${list}`,
    );
  const name = machine ?? `phase-${phase}`;
  const found = Object.hasOwn(machines, name) ? machines[name] : undefined;
  if (found) return found;
  const near = nearMiss(name, known);
  throw new UsageError(
    machine === undefined
      ? `Phase ${phase} has no runbook in ${infraFolder}/runbooks. ${list}`
      : `Unknown machine "${name}"${near === undefined ? '' : `; did you mean "${near}"?`} ${list}`,
  );
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new Error(`${file} cannot be written: ${(error as Error).message}. Nothing was written.`);
  }
}
