import type { Command } from 'commander';
import { command, notes } from './command.ts';
import { aboutPhases, accountOptions, jsonOption, runAboutPhase } from './options.ts';

export const plan = (): Command =>
  accountOptions(
    aboutPhases(command('plan', 'look', 'Show what rolling a phase back would do now; changes nothing'), 'the phase')
      .option('--from <step>', 'begin at this step, by its heading or id (default: the first step)')
      .addOption(jsonOption("the plan, and each host's report on each step,")),
  )
    .addHelpText(
      'after',
      notes({
        about: `Starts the phase's state machine with {"mode": "plan"}, as the console can. Every host reports what each step
would do there. Takes no fleet, sends no message, changes no host and no flag; the plan is stored as a record.`,
        examples: [
          ['rollback plan 1', 'what a rollback of phase 1 would do on each host'],
          ['rollback plan 1 --from "Restore previous version"', 'what is done already, and what would be left out'],
          ['rollback plan --before 3', 'the same for every phase from the latest down to phase 3'],
        ],
        exitCodes: `Exit code 0: planned; every step would work on every host. 1: no plan, or a host did not report, or a step
would fail. 2: usage error. 130: Ctrl-C; the planning continues.`,
      }),
    )
    .action(runAboutPhase(async () => (await import('../actions/plan.ts')).plan));
