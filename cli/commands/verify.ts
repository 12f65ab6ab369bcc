import type { Command } from 'commander';
import { command, run } from './command.ts';
import { lookNotes } from './health.ts';
import { accountOptions, jsonOption, requiredPhase } from './options.ts';

export const verify = (): Command =>
  accountOptions(
    command('verify', 'look', "Run the customer's verification on every host: is a phase rolled back?")
      .addOption(requiredPhase('the phase'))
      .addOption(jsonOption("each host's result")),
  )
    .addHelpText('after', lookNotes([['rollback verify --phase 1', 'is phase 1 rolled back on every host?']]))
    .action(run(async () => (await import('../actions/look.ts')).verify));
