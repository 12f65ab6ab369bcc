import type { Command } from 'commander';
import { command, notes, run } from './command.ts';
import { accountOptions, jsonOption } from './options.ts';

export const show = (): Command =>
  accountOptions(
    command(
      'show',
      'look',
      'Show a rollback: its record, its history, whether the history is whole, and what to do next',
    )
      .argument('[rollback-id]', "the execution's name (default: the most urgent open rollback, else the newest)")
      .addOption(jsonOption('the same')),
  )
    .addHelpText(
      'after',
      notes({
        examples: [
          ['rollback show', 'the open rollback of the embedded account, else the newest'],
          ['rollback show ID --environment production --json', 'one rollback, for a script'],
        ],
        exitCodes: `Exit code 0: the history is whole. 1: no such rollback, an event was changed or is missing, or the record does
not follow from the events. 2: usage error.`,
      }),
    )
    .action(run(async () => (await import('../actions/show.ts')).show));
