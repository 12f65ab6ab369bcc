import type { Command } from 'commander';
import { triggers } from '../../domain/trigger.ts';
import { command, notes, run } from './command.ts';
import { accountOptions, jsonOption, phaseOption } from './options.ts';
import { choice, numberOption, pathOption } from './values.ts';

export const backtest = (): Command =>
  accountOptions(
    command('backtest', 'look', 'Run past metrics through the alarms and the decision: what would have been done?')
      .addOption(numberOption('--days <number>', "days of the account's past (default: 90)", [1, 455]))
      .option('--to <date>', 'the end of those days: 2026-11-30, or 2026-11-30T09:30Z (default: now)')
      .addOption(pathOption('--metrics <file>', 'a file of metrics, deployments and incidents instead of the account'))
      .addOption(phaseOption('only this phase'))
      .addOption(
        choice('--trigger <trigger>', 'only this trigger', {
          values: () => triggers.map((value) => ({ value })),
        }),
      )
      .option('--cases', 'each rollback that would have begun, with its reasons')
      .addOption(jsonOption('the same, with every case')),
  )
    .addHelpText(
      'after',
      notes({
        about: `Changes nothing, and decides as with trust: auto, whatever the files say: use it before you set trust to auto.
CloudWatch keeps data of 10 s for three hours only. Coarser data give "possible", never "acted".
The file, the rules and their limits: docs/backtest.md`,
        examples: [
          ['rollback backtest --environment production --days 15', ''],
          ['rollback backtest --metrics past.jsonl --trigger cascade_failure --cases', ''],
        ],
        exitCodes:
          'Exit code 0: judged. 1: no trigger has more than a few minutes of data, or no alarm watches them, or the account cannot be read. 2: usage error.',
      }),
    )
    .action(run(async () => (await import('../actions/backtest.ts')).backtest));
