import type { Command } from 'commander';
import { command, notes, run } from './command.ts';
import { accountOptions, jsonOption } from './options.ts';
import { pathOption } from './values.ts';

export const verifyHistory = (): Command =>
  accountOptions(
    command('verify-history', 'look', 'Verify that no rollback was changed, added or deleted, and name the first break')
      .argument('[rollback-id]', 'one rollback, with all links')
      .option('--all', 'every rollback')
      .addOption(pathOption('--from-export <folder>', 'a copy of the export instead of the account; needs no AWS'))
      .addOption(jsonOption('the breaks and what was verified')),
  )
    .addHelpText(
      'after',
      notes({
        about: `Compares links, events, RECORDs, index attributes and host reports with each other, with the executions that Step
Functions keeps (90 days), and with the export. docs/decisions/chain-of-links.md says what that finds.`,
        examples: [
          ['rollback verify-history --all --environment production', 'the whole history'],
          ['rollback verify-history ID', 'one rollback'],
          ['rollback verify-history --from-export ./copy', 'a downloaded export, without AWS'],
        ],
        exitCodes: `Exit code 0: intact. 1: broken, or it could not be read. 2: usage error or no permission. 130: Ctrl-C before the end;
prints what was found so far, and how much was looked at.`,
      }),
    )
    .action(run(async () => (await import('../actions/verify-history.ts')).verifyHistory));
