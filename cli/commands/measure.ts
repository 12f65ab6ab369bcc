import type { Command } from 'commander';
import { mostMonths } from '../../domain/statistics/months.ts';
import { command, notes, run } from './command.ts';
import { accountOptions, jsonOption, phaseOption } from './options.ts';
import { numberOption } from './values.ts';

export const measure = (): Command =>
  accountOptions(
    command(
      'measure',
      'look',
      'Measure how long rollbacks take to detect, decide, act and verify, against their limits',
    )
      .addOption(phaseOption('only this phase'))
      .addOption(numberOption('--last <months>', 'so many months up to the present one (default: 6)', [1, mostMonths]))
      .addOption(jsonOption('the same')),
  )
    .addHelpText(
      'after',
      notes({
        about: `Real rollbacks, rehearsals (those on an embedded account) and drills are measured apart. Percentiles are read from the
monthly counters, so the answer comes at once. A drill changes nothing, so its part act is that of the dry commands.
With --people, its part decide is the time until people answered. The alarm p95-outside-limit judges each phase and severity
of at least five rollbacks or drills as --last 3 does.`,
        examples: [
          ['rollback measure', 'the embedded account: rehearsals and drills'],
          ['rollback measure --last 3 --environment production', 'what the alarm p95-outside-limit has judged'],
          ['rollback measure --phase 4 --environment production --json', 'one phase, for a script'],
        ],
        exitCodes: `Exit code 0: measured. 1: the p95 of a severity is outside its limit, or the account cannot be read.
2: usage error.`,
      }),
    )
    .action(run(async () => (await import('../actions/measure.ts')).measure));
