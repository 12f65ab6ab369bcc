import { writeFileSync } from 'node:fs';
import { closest } from 'fastest-levenshtein';
import { readInfra } from '../../config/infra.ts';
import { infraFolder } from '../../config/infra-folder.ts';
import { graphOf } from '../../statemachines/graph/graph.ts';
import { mermaidOf } from '../../statemachines/graph/mermaid.ts';
import { svgOf } from '../../statemachines/graph/svg.ts';
import { stateMachines } from '../../statemachines/state-machines.ts';
import { UsageError } from '../account/usage-error.ts';
import type { Command } from './command.ts';
import { options, wholeNumber } from './options.ts';

export const graph: Command = {
  summary: 'Draw a state machine as SVG or Mermaid',
  help: `rollback graph (--phase N | --machine NAME) [--svg | --mermaid] [--out FILE]

  --phase N            the rollback of phase N
  --machine NAME       any machine, such as release
  --svg                a picture, for browsers and documents (default)
  --mermaid            a Mermaid flowchart, for wikis and pull requests
  --out FILE           the file to write (default: standard output)

Draws from infra/ as it is now; docs/graphs has the graphs of the last \`npm run render\`.
Exit code 0: drawn. 1: the file could not be written. 2: usage error, or a mistake in infra/.`,
  run: async (words) => {
    const { values } = options({
      args: words,
      options: {
        phase: { type: 'string' },
        machine: { type: 'string' },
        svg: { type: 'boolean' },
        mermaid: { type: 'boolean' },
        out: { type: 'string' },
      },
    });
    if (values.svg && values.mermaid) throw new UsageError('graph takes --svg or --mermaid; found both.');
    const drawn = graphOf(chosen(values));
    const text = values.mermaid ? mermaidOf(drawn) : svgOf(drawn);
    if (values.out === undefined) process.stdout.write(text);
    else write(values.out, text);
    return 0;
  },
};

function chosen({ phase, machine }: { phase?: string | undefined; machine?: string | undefined }) {
  const machines = stateMachines(readInfra());
  const known = Object.keys(machines);
  if ((phase === undefined) === (machine === undefined))
    throw new UsageError(
      `graph takes --phase N or --machine NAME; found ${phase === undefined ? 'neither' : 'both'}. Machines: ${known.join(', ')}.`,
    );
  const name = machine ?? `phase-${wholeNumber('phase', phase ?? '', 1)}`;
  const found = Object.hasOwn(machines, name) ? machines[name] : undefined;
  if (found) return found;
  throw new UsageError(
    machine === undefined
      ? `Phase ${phase} has no runbook in ${infraFolder}/runbooks. Machines: ${known.join(', ')}.`
      : `Unknown machine "${name}"; did you mean "${closest(name, known)}"? Machines: ${known.join(', ')}.`,
  );
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new Error(`${file} cannot be written: ${(error as Error).message}. Nothing was written.`);
  }
}
