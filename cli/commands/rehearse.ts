import type { Command } from 'commander';
import { stories } from '../text/known-names.ts';
import { command, notes, run } from './command.ts';
import { jsonOption } from './options.ts';
import { fileArgument, numberOption, pathOption } from './values.ts';

export const rehearse = (): Command =>
  command('rehearse', 'rehearse', 'Run a story on an embedded account and compare the result with its expectations')
    .addArgument(fileArgument('<file>', 'a story, such as rehearsals/stories/started-by-hand.yaml', stories))
    .addOption(jsonOption('one document (progress on standard error)'))
    .addOption(
      numberOption(
        '--seed <number>',
        'seed of all random values: the same story and seed give the same document',
        [0],
      ).default(1),
    )
    .option('--real-time', 'use the real clock instead of the virtual one')
    .option('--simulated', 'use a model of the hosts, in one process: ten times cheaper (docs/decisions/simulator.md)')
    .addOption(pathOption('--assembly <folder>', 'use what `cdk synth` wrote there (default: synthesized now)'))
    .addHelpText(
      'after',
      notes({
        examples: [
          ['rollback rehearse rehearsals/stories/started-by-hand.yaml', 'run a story'],
          ['rollback rehearse rehearsals/stories/started-by-hand.yaml --simulated', 'run it without real hosts'],
          ['npm run rehearse:all', 'run all stories'],
        ],
        exitCodes: `Exit code 0: everything under \`then\` is true. 1: something differs; prints each difference.
2: usage error, or a mistake in the story or in infra/. 130: Ctrl-C.`,
      }),
    )
    .action(run(async () => (await import('../actions/rehearse.ts')).rehearse));
