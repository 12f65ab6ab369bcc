import type { Command } from 'commander';
import { command, notes, run } from './command.ts';
import { jsonOption } from './options.ts';

export const render = (): Command =>
  command('render', 'repository', 'Write the files generated from infra/: state machines, graphs, schemas for editors')
    .addOption(jsonOption('the written files'))
    .addHelpText(
      'after',
      notes({
        about: 'Reads infra/ and writes statemachines/rendered, docs/graphs and infra/schemas.',
        examples: [['rollback render && git diff --stat', 'what a change of infra/ changes in the machines']],
        exitCodes: 'Exit code 0: written. 2: a mistake in infra/; nothing was written.',
      }),
    )
    .action(run(async () => (await import('../actions/render.ts')).render));
