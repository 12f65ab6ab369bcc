import type { Command } from 'commander';
import { command, notes, run } from './command.ts';
import { accountOptions, jsonOption } from './options.ts';
import { pathOption } from './values.ts';

export const evidence = (): Command =>
  accountOptions(
    command('evidence', 'look', 'Write an evidence pack about a rollback, which can be checked without this product')
      .argument('<rollback-id>', "the execution's name")
      .addOption(pathOption('--out <path>', 'the folder to write, or the file with --zip (default: evidence-ID)'))
      .option('--zip', 'write one zip file')
      .option('--open', 'also if the rollback has not ended; the pack says so')
      .addOption(jsonOption('the pack hash, the end of the chain and the missing parts')),
  )
    .addHelpText(
      'after',
      notes({
        about: `The pack has record, events, decisions, plan, host reports, messages, definitions, documents, hashes, a page to
read and print, and verify.py, which checks all of it with Python 3.8 or newer. Keep the pack hash that is printed:
it shows later that the pack was not rewritten.`,
        examples: [
          ['rollback evidence ID', 'into the folder evidence-ID'],
          ['rollback evidence ID --zip --out 2026-11.zip --environment production', 'one file'],
          ['python3 evidence-ID/verify.py --expect HASH', 'check it, with the pack hash'],
        ],
        exitCodes: `Exit code 0: the pack is complete and the history whole. 1: no such rollback, or not ended; or the pack was written,
but the history is not whole, or a part could not be read, which the pack says. 2: usage error, or the place is not free.`,
      }),
    )
    .action(run(async () => (await import('../actions/evidence.ts')).evidence));
