import type { Command } from 'commander';
import { machines } from '../text/known-names.ts';
import { command, notes, run } from './command.ts';
import { jsonOption, phaseOption } from './options.ts';
import { choice, pathOption } from './values.ts';

export const graph = (): Command =>
  command('graph', 'repository', 'Draw a state machine as SVG or Mermaid')
    .addOption(phaseOption('the rollback of a phase'))
    .addOption(choice('--machine <name>', 'any machine, such as release', machines))
    .option('--svg', 'a picture, for browsers and documents (default)')
    .option('--mermaid', 'a Mermaid flowchart, for wikis and pull requests')
    .addOption(jsonOption('states and transitions'))
    .addOption(pathOption('--out <file>', 'the file to write (default: standard output)'))
    .addHelpText(
      'after',
      notes({
        about: 'Draws from infra/ as it is now; docs/graphs has the graphs of the last `npm run render`.',
        examples: [
          ['rollback graph --phase 1 --out phase-1.svg', 'a picture of the rollback of phase 1'],
          ['rollback graph --machine release --mermaid', 'a flowchart on standard output'],
        ],
        exitCodes: 'Exit code 0: drawn. 1: the file could not be written. 2: usage error, or a mistake in infra/.',
      }),
    )
    .action(run(async () => (await import('../actions/graph.ts')).graph));
