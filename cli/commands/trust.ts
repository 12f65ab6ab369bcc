import type { Command } from 'commander';
import { command, notes, run } from './command.ts';
import { accountOptions } from './options.ts';
import { numberOption, pathOption } from './values.ts';

export const trust = (): Command =>
  accountOptions(
    command('trust', 'look', 'Write the evidence of a backtest and drills that an environment needs for trust: auto')
      .addOption(numberOption('--days <number>', "days of the account's past (default: 90)", [1, 455]))
      .option('--to <date>', 'the end of those days: 2026-11-30, or 2026-11-30T09:30Z (default: now)')
      .addOption(pathOption('--metrics <file>', 'a file of metrics, deployments and incidents instead of the account'))
      .addOption(
        pathOption('--out <file>', "another file than the environment's own (default: infra/trust-evidence/NAME.json)"),
      ),
  )
    .addHelpText(
      'after',
      notes({
        about: `Runs the past through the alarms and the decision, as backtest does, for every phase and trigger, and reads the drills that passed.
The file has the figures, and the hashes of the runbooks, host scripts and triggers that they were made with. Commit it, and have
it reviewed together with trust: auto. Synthesis refuses auto without it, and once a file that it was made with has changed.`,
        examples: [
          ['rollback trust --environment production', 'the last 90 days of the account'],
          ['rollback trust --environment production --metrics past.jsonl', 'a past that another system has kept'],
        ],
        exitCodes: `Exit code 0: written. 1: a drill or the data of a trigger are missing, and nothing was written; or the account cannot be read.
2: usage error.`,
      }),
    )
    .action(run(async () => (await import('../actions/trust.ts')).trust));
