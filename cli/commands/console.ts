import { type Command, Option } from 'commander';
import { command, notes, run } from './command.ts';
import { accountOptions, jsonOption } from './options.ts';
import { numberOption } from './values.ts';

export const consoleCommand = (): Command =>
  accountOptions(
    command('console', 'look', 'Open a console for the browser: what is open now, hosts, history, statistics, brakes')
      .addOption(
        new Option(
          '--act',
          'also act: answer, acknowledge, plan and start rollbacks, pause, release, check readiness (default: only look)',
        ),
      )
      .addOption(numberOption('--port <number>', 'port on 127.0.0.1', [0, 65_535]).default(0, 'any free one'))
      .addOption(jsonOption('its address, once it is open,')),
  )
    .addHelpText(
      'after',
      notes({
        about: `It listens on 127.0.0.1 only and has the rights of your own credentials. The address contains a token of this session, and
Ctrl-C ends both. It follows what happens; when it cannot, it says since when its data are old (docs/console.md).`,
        examples: [
          ['rollback console --environment production', 'look, and change nothing'],
          [
            'rollback console --environment production --act',
            'also answer questions and start rollbacks, each after a dialog',
          ],
        ],
        exitCodes:
          'Exit code 0: closed by Ctrl-C. 1: the credentials do not work, or the port is in use. 2: usage error.',
      }),
    )
    .action(run(async () => (await import('../actions/console.ts')).openConsole));
