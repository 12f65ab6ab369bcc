import type { Command } from 'commander';
import { command, notes, run } from './command.ts';
import { actingOptions, jsonOption } from './options.ts';

export const ack = (): Command =>
  actingOptions(
    command('ack', 'act', 'Say that you have heard a question or a page, so that nobody else is called about it')
      .argument('<rollback-id>', "the execution's name")
      .option('--operator <name>', 'your name (required)')
      .addOption(jsonOption('the acknowledgement')),
  )
    .addHelpText(
      'after',
      notes({
        about: `An acknowledgement answers nothing: a question still waits for its answer until its deadline.
A new question or page of the same rollback calls people again.
Starts the annotate state machine, as the console can with {"rollback": …, "operator": …, "acknowledge": true}.`,
        examples: [['rollback ack ID --operator ana', '']],
        exitCodes: `Exit code 0: recorded; the calls stop within a minute. 1: refused; prints the reason. 2: usage error.
130: Ctrl-C; the acknowledgement is still being processed.`,
      }),
    )
    .action(run(async () => (await import('../actions/ack.ts')).ack));
