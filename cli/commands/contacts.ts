import type { Command } from 'commander';
import { command, notes, run } from './command.ts';
import { actingOptions, jsonOption } from './options.ts';
import { argumentChoice } from './values.ts';

export const contacts = (): Command =>
  actingOptions(
    command('contacts', 'act', 'Confirm that every contact can be reached: rollback contacts confirm')
      .addArgument(argumentChoice('<action>', 'confirm', { values: () => [{ value: 'confirm' }] }))
      .option('--operator <name>', 'your name (required)')
      .addOption(jsonOption('the confirmation')),
  )
    .addHelpText(
      'after',
      notes({
        about: `Call each contact of the environment's file first. The confirmation names you, and counts until the contacts change or
ready.contacts_days have passed; then \`rollback ready\` says NOT READY. Starts the confirm-contacts state machine, as the console can with
{"operator": …}.`,
        examples: [['rollback contacts confirm --operator ana', '']],
        exitCodes: `Exit code 0: confirmed; prints the contacts. 1: refused; prints the reason. 2: usage error. 130: Ctrl-C; the confirmation is
still being processed.`,
      }),
    )
    .action(run(async () => (await import('../actions/contacts.ts')).contacts));
