import type { Command } from 'commander';
import { command, notes } from './command.ts';
import { aboutPhase, accountOptions, jsonOption, runAboutPhase } from './options.ts';
import { filledOption, required } from './values.ts';

export const watch = (): Command =>
  accountOptions(
    aboutPhase(
      command('watch', 'look', 'Wait until the watch window of a deployment is over: verified, or not'),
      'the phase that was deployed',
    )
      .addOption(required(filledOption('--version <version>', 'the version that was deployed, such as v1.4.0')))
      .addOption(jsonOption('the deployment and the verdict')),
  )
    .addHelpText(
      'after',
      notes({
        about: `The last step of a pipeline. A deployment is verified if its watch window passed without a red alarm of the phase and without a
rollback; only then can a later rollback go back to it. Changes nothing, and acts on nothing.`,
        examples: [
          ['rollback watch --phase 1 --version v1.4.0', 'on the embedded account'],
          ['rollback watch --phase 1 --version v1.4.0 --environment production', 'in a pipeline'],
        ],
        exitCodes: `Exit code 0: verified. 1: not verified, rolled back, withdrawn, or not judged in time; prints why.
2: usage error. 130: Ctrl-C; the watch window goes on.`,
      }),
    )
    .action(runAboutPhase(async () => (await import('../actions/watch.ts')).watch));
