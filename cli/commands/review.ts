import type { Command } from 'commander';
import { verdicts } from '../../domain/history/review-record.ts';
import { command, notes, run } from './command.ts';
import { actingOptions, jsonOption } from './options.ts';
import { choice } from './values.ts';

export const review = (): Command =>
  actingOptions(
    command('review', 'act', 'Judge, as a second person, whether an automatic rollback was right')
      .argument('<rollback-id>', "the execution's name")
      .addOption(
        choice('--verdict <verdict>', 'right or wrong: whether it was right to roll back without asking (required)', {
          values: () => verdicts.map((value) => ({ value })),
        }),
      )
      .option('--operator <name>', 'your name; whoever started the rollback cannot review it (required)')
      .option('--reason <text>', 'why you judge so (required)')
      .addOption(jsonOption('the review')),
  )
    .addHelpText(
      'after',
      notes({
        about: `Needed for a CRITICAL rollback that an alarm started and that acted before a person had answered; \`rollback show\`
names its deadline. Starts the review state machine, as the console can with
{"rollback": …, "operator": …, "verdict": …, "reason": …}.`,
        examples: [['rollback review ID --verdict right --operator ana --reason "rows were corrupt"', '']],
        exitCodes: `Exit code 0: accepted. 1: refused; prints the reason. 2: usage error. 130: Ctrl-C; the review is still being
processed.`,
      }),
    )
    .action(run(async () => (await import('../actions/review.ts')).review));
