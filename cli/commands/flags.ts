import type { Command } from 'commander';
import { command, notes, run } from './command.ts';
import { actingOptions, jsonOption } from './options.ts';
import { argumentChoice, choice } from './values.ts';

const actions = ['show', 'set', 'history'] as const;
const strategies = ['immediate', 'linear', 'canary'] as const;
const known = (values: readonly string[]) => ({ values: () => values.map((value) => ({ value })) });

export const flags = (): Command =>
  actingOptions(
    command('flags', 'act', 'Show the flags of both layers, set one with a reason, or list who set which')
      .addArgument(argumentChoice('<action>', 'show, set or history', known(actions)))
      .argument('[name]', 'set: the flag, such as data_source')
      .argument('[value]', 'set: its value, such as databento or true')
      .addOption(
        choice('--strategy <name>', 'set: immediate, linear or canary (default: immediate)', known(strategies)),
      )
      .option('--operator <name>', 'set: your name (required)')
      .option('--reason <text>', 'set: why (required)')
      .option('--despite-freeze', 'set: although deployments are frozen, such as to undo a flag in an incident')
      .addOption(jsonOption('the result')),
  )
    .addHelpText(
      'after',
      notes({
        about: `set changes the normal layer only. An override of a rollback still wins; show names it. linear gives the value to a fifth of the
hosts every 2 minutes, canary to 10, 20, 40, 80 and 100 % of them within 10; AppConfig takes the value back if a monitor's alarm turns
red. A freeze refuses set, and so does an open rollback whose runbook sets the flag. Starts the change-flag state machine, as the console can with {"flag": …, "value": …, "operator": …, "reason": …}.`,
        examples: [
          ['rollback flags show', ''],
          [
            'rollback flags set data_source databento --operator ana --reason "new client is verified" --strategy canary',
            '',
          ],
        ],
        exitCodes: `Exit code 0: done. 1: refused, or taken back by AppConfig; prints the reason. 2: usage error. 130: Ctrl-C; AppConfig
goes on.`,
      }),
    )
    .action(run(async () => (await import('../actions/flags.ts')).flags));
