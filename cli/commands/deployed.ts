import type { Command } from 'commander';
import { command, notes } from './command.ts';
import { aboutPhase, actingOptions, jsonOption, runAboutPhase } from './options.ts';
import { filledOption, required } from './values.ts';

export const deployed = (): Command =>
  actingOptions(
    aboutPhase(
      command('deployed', 'act', 'Record a deployment (run by the pipeline); a rollback treats later rows as corrupt'),
      'the phase that was deployed',
    )
      .addOption(required(filledOption('--version <version>', 'the version that the hosts received, such as v1.4.0')))
      .option('--at <instant>', 'time of the deployment, ISO 8601 UTC (default: now)')
      .option('--again', 'the newest version was really deployed once more: rows count as corrupt from now on only')
      .option(
        '--canary',
        'the canary group alone got it (brakes.canary); once its watch window passed, record the rest without it',
      )
      .addOption(filledOption('--author <name>', 'who wrote the change'))
      .addOption(filledOption('--approver <name>', 'who approved it'))
      .addOption(jsonOption('what was recorded')),
  )
    .addHelpText(
      'after',
      notes({
        about:
          'Starts the record-deployment state machine. Repeating the command is harmless: a deployment is stored once. The same version again, within a day and without a rollback in between, is taken as a repeat unless it has --again or --at.',
        examples: [
          ['rollback deployed --phase 1 --version v1.4.0', 'on the embedded account'],
          ['rollback deployed --phase 1 --version v1.4.0 --environment production --yes', 'in a pipeline'],
        ],
        exitCodes: `Exit code 0: recorded. 1: refused; prints the reason. 2: usage error. 130: Ctrl-C; the deployment is still being
recorded.`,
      }),
    )
    .action(runAboutPhase(async () => (await import('../actions/deployed.ts')).deployed));
