import type { Command } from 'commander';
import { command, notes, run } from './command.ts';
import { accountOptions } from './options.ts';
import { pathOption } from './values.ts';

export const story = (): Command =>
  accountOptions(
    command('story', 'rehearse', 'Write a rollback from its record as a story, which rehearse runs again')
      .argument('<rollback-id>', "the execution's name")
      .addOption(pathOption('--out <file>', 'the file to write; it must not exist (default: standard output)')),
  )
    .addHelpText(
      'after',
      notes({
        about: `The story has what opened the rollback, what failed on hosts, and what people did, each at its time. What a story
cannot express is named in its first lines, and on standard error.`,
        examples: [
          ['rollback story ID', 'read it'],
          ['rollback story ID --out night.yaml --environment production', 'into a new file'],
          ['rollback rehearse night.yaml --simulated', 'run it again, in seconds'],
        ],
        exitCodes: `Exit code 0: written. 1: no such rollback, or its history is broken. 2: usage error, or the file exists.`,
      }),
    )
    .action(run(async () => (await import('../actions/story.ts')).story));
