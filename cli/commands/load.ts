import type { Command } from 'commander';
import { command, notes } from './command.ts';
import { aboutPhase, actingOptions, jsonOption, runAboutPhase } from './options.ts';

export const load = (): Command =>
  actingOptions(
    aboutPhase(
      command('load', 'act', 'Run your own load test on every host of a staging environment, as evidence for ready'),
      'the phase',
    ).addOption(jsonOption("each host's result")),
  )
    .addHelpText(
      'after',
      notes({
        about: `Runs the script that load names in the environment's file, on every host at the same time, with --phase N. The script prints one
JSON object of facts and exits 0 only if it passed. Refused if the environment names none, and while a rollback holds the
fleet. rollback ready shows the newest result in its line Load tested.`,
        examples: [['rollback load --phase 4 --environment staging', 'half an hour at most']],
        exitCodes: `Exit code 0: passed on every host. 1: a host failed or gave no result, or the test was refused. 2: usage error.
130: Ctrl-C; the test continues.`,
      }),
    )
    .action(runAboutPhase(async () => (await import('../actions/look.ts')).load));
