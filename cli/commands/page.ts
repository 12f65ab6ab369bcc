import type { Command } from 'commander';
import { command, notes, run } from './command.ts';
import { accountOptions, jsonOption } from './options.ts';
import { pathOption } from './values.ts';

export const page = (): Command =>
  accountOptions(
    command('page', 'look', 'Write one HTML page about a rollback: what happened, why, who decided, what is next')
      .argument('<rollback-id>', "the execution's name")
      .addOption(pathOption('--out <file>', 'the file to write or replace (default: incident-ID.html)'))
      .addOption(jsonOption("the page's data; with --out, the file too")),
  )
    .addHelpText(
      'after',
      notes({
        about: `The page needs no network, no server and no script. It is the page that the product itself puts into the bucket of
the history's export at each message, as pages/ID.html. It proves nothing: for that, rollback evidence ID.`,
        examples: [
          ['rollback page ID', 'into the file incident-ID.html'],
          ['rollback page ID --out /tmp/page.html --environment production', ''],
          ['rollback page ID --json', 'its data, for another program'],
        ],
        exitCodes: `Exit code 0: written, and the history is whole. 1: no such rollback; or the page was written, but the history is not
whole, which the page says. 2: usage error, or the file cannot be written.`,
      }),
    )
    .action(run(async () => (await import('../actions/page.ts')).page));
