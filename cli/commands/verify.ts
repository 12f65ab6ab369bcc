import type { Command } from 'commander';
import { command } from './command.ts';
import { lookNotes } from './health.ts';
import { aboutPhase, accountOptions, jsonOption, runAboutPhase } from './options.ts';

export const verify = (): Command =>
  accountOptions(
    aboutPhase(
      command('verify', 'look', "Run the customer's verification on every host: is a phase rolled back?"),
      'the phase',
    ).addOption(jsonOption("each host's result")),
  )
    .addHelpText('after', lookNotes([['rollback verify --phase 1', 'is phase 1 rolled back on every host?']]))
    .action(runAboutPhase(async () => (await import('../actions/look.ts')).verify));
