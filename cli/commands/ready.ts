import type { Command } from 'commander';
import { command, notes } from './command.ts';
import { aboutPhase, actingOptions, jsonOption, runAboutPhase } from './options.ts';
import { filledOption } from './values.ts';

export const ready = (): Command =>
  actingOptions(
    aboutPhase(
      command(
        'ready',
        'act',
        'Check whether a phase can be rolled back: tags, backups, drills, contacts, hosts, alarms',
      ),
      'the phase that will be deployed, or runs',
    )
      .addOption(
        filledOption('--version <version>', 'the version whose rollback is judged; default: the one prepared last'),
      )
      .option(
        '--canary',
        'the canary group is next (brakes.canary); without it, every host is, and the group must have passed',
      )
      .option('--operator <name>', 'your name')
      .addOption(jsonOption('every line, with evidence and what to do')),
  )
    .addHelpText(
      'after',
      notes({
        about: `Run it between prepare and the deployment. Asks every host, opens the copies of its databases, and looks at the account. Changes
nothing on a host, and takes no lock. What cannot be found out is NOT READY. It runs by itself once a day and after each preparation, and
every 30 minutes without asking the hosts. Starts the check-readiness state machine.`,
        examples: [
          ['rollback ready --phase 1', 'on the embedded account'],
          ['rollback ready --phase 1 --version v1.5.0 --environment production --yes', 'in a pipeline'],
        ],
        exitCodes: `Exit code 0: READY. 1: NOT READY; prints each line and what to do. 2: usage error. 130: Ctrl-C; the check continues.`,
      }),
    )
    .action(runAboutPhase(async () => (await import('../actions/ready.ts')).ready));
