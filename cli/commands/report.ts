import { type Command, Option } from 'commander';
import { reportKinds } from '../../domain/follow-up/schedule.ts';
import { command, notes, run } from './command.ts';
import { accountOptions } from './options.ts';
import { choice } from './values.ts';

const kinds = { values: () => reportKinds.map((value) => ({ value })) };

export const report = (): Command =>
  accountOptions(
    command('report', 'look', 'Print the report on a rollback, or the success criteria of a month')
      .argument('[rollback-id]', "the execution's name; without it, give --month")
      .addOption(choice('--kind <kind>', 'interim or post-mortem', kinds).default('interim', 'interim'))
      .option('--month <month>', 'the success criteria of all rollbacks of a month, such as 2026-11')
      .addOption(new Option('--html', 'HTML instead of Markdown')),
  )
    .addHelpText(
      'after',
      notes({
        about: `Prints the newest draft that the follow-up stored, or the draft that was accepted; before the first draft, one that is made now
from the record. Facts are from the record only: what it does not have begins with NOT KNOWN.`,
        examples: [
          ['rollback report ID', 'the interim report, as Markdown'],
          ['rollback report ID --kind post-mortem --html > post-mortem.html', ''],
          [
            'rollback report --month 2026-11 --environment production',
            'every rollback of the month against the criteria',
          ],
        ],
        exitCodes:
          'Exit code 0: printed. 1: the rollback is unknown or has not ended, or the account cannot be read. 2: usage error.',
      }),
    )
    .action(run(async () => (await import('../actions/report.ts')).report));
