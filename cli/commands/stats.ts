import { type Command, Option } from 'commander';
import { groupings } from '../../domain/statistics/figures.ts';
import { mostMonths } from '../../domain/statistics/months.ts';
import { triggers } from '../../domain/trigger.ts';
import { rollbackModes } from '../text/known-names.ts';
import { command, notes, run } from './command.ts';
import { accountOptions, jsonOption, phaseOption } from './options.ts';
import { choice, numberOption } from './values.ts';

const known = (names: readonly string[]) => ({ values: () => names.map((value) => ({ value })) });

export const stats = (): Command =>
  accountOptions(
    command('stats', 'look', 'Count rollbacks by month: shares, minutes against their limits, reviews, DORA figures')
      .addOption(phaseOption('only this phase'))
      .addOption(choice('--trigger <trigger>', 'only this trigger', known([...triggers, 'manual'])))
      .addOption(choice('--mode <mode>', 'rollbacks, plans or drills', rollbackModes).default('live', 'live'))
      .option('--month <month>', 'one month, such as 2026-11')
      .option('--from <month>', 'the first month')
      .option('--to <month>', 'the last month (default: the present one)')
      .addOption(numberOption('--last <months>', 'so many months up to the present one (default: 6)', [1, mostMonths]))
      .addOption(choice('--by <group>', 'one line for each phase, trigger or month', known(groupings), 'group'))
      .option('--check', 'count every rollback of these months again, and compare the counters with them')
      .addOption(jsonOption('the same'))
      .addOption(new Option('--csv', 'the same as CSV on standard output, one figure per line')),
  )
    .addHelpText(
      'after',
      notes({
        about: `A rollback belongs to the month of its start, in UTC. Success: "Rolled back", of the rollbacks that took the fleet or
needed a person. Percentiles are read from histograms; the output names their error. A deployment belongs to the month
in which it was made, and failed if a rollback of it took the fleet or it was fixed forward.
How it is counted and rebuilt: docs/decisions/monthly-statistics.md`,
        examples: [
          ['rollback stats --by phase', 'the last six months of the embedded account'],
          ['rollback stats --month 2026-11 --environment production --json', 'one month, for a script'],
          ['rollback stats --from 2026-01 --to 2026-11 --by month --csv', 'for a spreadsheet'],
          ['rollback stats --month 2026-11 --check', 'whether the counters agree with the records'],
        ],
        exitCodes:
          'Exit code 0: counted. 1: the account cannot be read, or --check found a difference. 2: usage error.',
      }),
    )
    .action(run(async () => (await import('../actions/stats.ts')).stats));
