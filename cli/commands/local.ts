import { type Command, Option } from 'commander';
import { command, notes, run } from './command.ts';
import { jsonOption } from './options.ts';
import { numberOption } from './values.ts';

export const local = (): Command =>
  command('local', 'rehearse', 'Keep an embedded AWS account open, with a console to watch it heal')
    .addOption(
      numberOption(
        '--port <number>',
        'port on 127.0.0.1, 0 for any free one (default: the port in infra/environments/local.yaml)',
        [0, 65_535],
      ),
    )
    .addOption(numberOption('--hosts <number>', 'number of trading hosts', [0]).default(3))
    .addOption(numberOption('--seed <number>', 'seed of all random values', [0]).default(1))
    .addOption(new Option('--real-clock', 'the clock of this machine (default: one that the console can move ahead)'))
    .addOption(jsonOption('endpoint and region, once the account is open,'))
    .addHelpText(
      'after',
      notes({
        about: `Runs the host scripts as real child processes; sends nothing to AWS. Ctrl-C closes it and removes its hosts. It prints the
address of its console. Its clock runs like that of this machine, and the console can move it ahead.`,
        examples: [
          ['rollback local', 'the account that all other commands use by default'],
          ['rollback local --port 0 --hosts 10', 'another one beside it; it prints the variables to export'],
        ],
        exitCodes: `Exit code 0: closed by Ctrl-C. 1: the account could not open, or ended unexpectedly. 2: usage error.`,
      }),
    )
    .action(run(async () => (await import('../actions/local.ts')).local));
