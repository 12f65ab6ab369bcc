import { type Command, Option } from 'commander';
import { reportKinds } from '../../domain/follow-up/schedule.ts';
import { command, notes, run } from './command.ts';
import { actingOptions, jsonOption } from './options.ts';
import { choice, numberOption } from './values.ts';

const kinds = { values: () => reportKinds.map((value) => ({ value })) };

export const followUp = (): Command =>
  actingOptions(
    command('follow-up', 'act', 'See what follows a rollback: checks, tasks, reports; complete, assign and add tasks')
      .argument('<rollback-id>', "the execution's name")
      .addOption(numberOption('--complete <number>', 'the task that is done; needs --note', [1]))
      .addOption(numberOption('--assign <number>', 'the task that somebody takes; needs --owner, may have --due', [1]))
      .option('--add <title>', 'a corrective action; needs --owner and --due')
      .addOption(choice('--accept <report>', 'the report whose newest draft you accept', kinds))
      .addOption(new Option('--begin', 'begin the follow-up, if none has begun or the last one failed'))
      .option('--operator <name>', 'your name (required for every change)')
      .option('--owner <name>', 'who is to do it')
      .option('--due <date>', 'by when, in UTC: 2026-12-01, or 2026-12-01T12:00:00Z')
      .option('--note <text>', 'what was found or done')
      .addOption(jsonOption('the follow-up')),
  )
    .addHelpText(
      'after',
      notes({
        about: `Without a change it only looks. A follow-up begins by itself when a rollback ends, unless the environment's file says
otherwise; it lasts seven days. Changes start the change-task state machine, as the console can with
{"rollback": …, "operator": …, "action": "complete", "task": 1, "note": …}.`,
        examples: [
          ['rollback follow-up ID', 'checks, tasks and reports'],
          ['rollback follow-up ID --assign 1 --owner ana --operator bo', ''],
          ['rollback follow-up ID --complete 1 --operator ana --note "a memory leak in v1.5.0"', ''],
          ['rollback follow-up ID --add "Alarm on memory" --owner bo --due 2026-12-01 --operator ana', ''],
          ['rollback follow-up ID --accept interim --operator ana', ''],
        ],
        exitCodes: `Exit code 0: shown, or accepted. 1: refused, or there is no follow-up; prints the reason. 2: usage error.
130: Ctrl-C; the change is still being processed.`,
      }),
    )
    .action(run(async () => (await import('../actions/follow-up.ts')).followUp));
