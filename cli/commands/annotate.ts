import type { Command } from 'commander';
import { command, notes, run } from './command.ts';
import { actingOptions, jsonOption } from './options.ts';

export const annotate = (): Command =>
  actingOptions(
    command('annotate', 'act', 'Add root cause, prevention measures and other findings to a rollback that has ended')
      .argument('<rollback-id>', "the execution's name")
      .option('--operator <name>', 'your name (required)')
      .option('--root-cause <text>', 'why the phase had to be rolled back')
      .option('--prevention <text>', 'a measure that prevents it; repeat the option for several', collected)
      .option('--note <text>', 'anything else that a reader must know')
      .option('--false-positive', 'nothing was wrong: the alarm should not have been red')
      .option('--link <address>', 'an http or https address; repeat the option for several', collected)
      .addOption(jsonOption('what the record shows now')),
  )
    .addHelpText(
      'after',
      notes({
        about: `At least one finding is needed. Annotating again replaces what the record shows; the history keeps both.
Starts the annotate state machine, as the console can with {"rollback": …, "operator": …, "root_cause": …}.`,
        examples: [
          ['rollback annotate ID --operator ana --root-cause "memory leak" --prevention "memory alarm"', ''],
          ['rollback annotate ID --operator ana --false-positive --link https://wiki.example.com/7', ''],
        ],
        exitCodes: `Exit code 0: accepted; prints the findings. 1: refused; prints the reason. 2: usage error.
130: Ctrl-C; the annotation is still being processed.`,
      }),
    )
    .action(run(async () => (await import('../actions/annotate.ts')).annotate));

/** Collects the values of an option that may be repeated. */
function collected(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
