import type { Command } from 'commander';
import { command, notes, run } from './command.ts';
import { accountOptions, jsonOption } from './options.ts';

export const status = (): Command =>
  accountOptions(
    command(
      'status',
      'look',
      'Show brakes, budgets, the fleet and its queue, open questions, alarms, readiness and deployments',
    ).addOption(jsonOption('the same')),
  )
    .addHelpText(
      'after',
      notes({
        about: `Reads only. A part that cannot be read is named in its place, and the others are shown. LAST VERIFIED is the newest version of a
phase whose watch window passed without red, and that no rollback undid. LEFT BEHIND are hosts that no rollback has rolled back since, and steps that people skipped.`,
        examples: [
          ['rollback status', 'of the embedded account'],
          ['rollback status --environment production --json', 'for a script'],
        ],
        exitCodes: `Exit code 0: every part was read. 1: a part could not be read. 2: usage error.`,
      }),
    )
    .action(run(async () => (await import('../actions/status.ts')).status));
