import { bucketError } from '../../domain/history/histogram.ts';
import { monthOf } from '../../domain/history/link.ts';
import { countedDirectly, countsOf, differences } from '../../domain/statistics/comparison.ts';
import { deploymentsCell } from '../../domain/statistics/contribution.ts';
import {
  type Grouping,
  type StatisticsFilter,
  type StoredCounters,
  statisticsOf,
} from '../../domain/statistics/figures.ts';
import { type MonthChoice, monthsOf } from '../../domain/statistics/months.ts';
import { accountNow } from '../account/account-controls.ts';
import { type AccountOptions, type ConnectedTables, connectToTables, type Tables } from '../account/clients.ts';
import {
  readCounters,
  readDeployed,
  readNotCounted,
  readProgress,
  readRollbacksOf,
} from '../account/read-statistics.ts';
import { UsageError } from '../account/usage-error.ts';
import { withAccount } from '../account/with-account.ts';
import { print } from '../text/colour.ts';
import { phases } from '../text/known-names.ts';
import { withProgress } from '../text/progress.ts';
import { type CheckedMonth, checkText, type StatisticsReport, statsCsv, statsText } from '../text/stats-text.ts';

type ReportOptions = StatisticsFilter & { readonly mode: string; readonly by?: Grouping };
type Options = AccountOptions &
  MonthChoice &
  ReportOptions & {
    readonly json?: boolean;
    readonly csv?: boolean;
    readonly check?: boolean;
  };

export async function stats(options: Options): Promise<number> {
  const { json = false, csv = false } = options;
  if (json && csv) throw new UsageError('Choose one of --json and --csv.');
  const connection = await connectToTables(options);
  const months = chosenMonths(options, await accountNow(connection));
  if (options.check) return check(connection, options, months);
  return withAccount(connection, async () => {
    const report = await readReport(connection, options, months);
    if (json) console.log(JSON.stringify(report, null, 2));
    else if (csv) console.log(statsCsv(report));
    else print(statsText(report));
    return 0;
  });
}

/** Returns the chosen months, oldest first. A choice that is wrong is a usage error. `now`: epoch milliseconds. */
export function chosenMonths(choice: MonthChoice, now: number): string[] {
  try {
    return monthsOf(choice, monthOf(new Date(now).toISOString()));
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** Counts the rollbacks of these months again, and prints whether the counters agree. Returns 1 if they do not. */
async function check(
  connection: ConnectedTables,
  { mode, phase, trigger, by, csv, json }: Options,
  months: string[],
): Promise<number> {
  if ([phase, trigger, by, csv].some((one) => one !== undefined))
    throw new UsageError('--check takes months, --mode and --json, because it compares all counters of a month.');
  return withAccount(connection, async () => {
    const checked = await withProgress('Reading every rollback', async ({ stage }) => {
      const results: CheckedMonth[] = [];
      for (const month of months) {
        stage(month);
        results.push(await checkMonth(connection, month, mode));
      }
      return results;
    });
    if (json) console.log(JSON.stringify(checked, null, 2));
    else print(checkText(checked, connection.name));
    return checked.every(({ differences }) => differences.length === 0) ? 0 : 1;
  });
}

async function checkMonth(connection: Tables, month: string, mode: string): Promise<CheckedMonth> {
  const rollbacks = await readRollbacksOf(connection, month, mode, countsOf);
  const direct = countedDirectly(rollbacks, month, mode);
  const stored = await readCounters(connection, await readProgress(connection), month, mode);
  const isRollback = ({ cell }: StoredCounters) => cell.trigger !== deploymentsCell;
  return { month, rollbacks: direct.filter(isRollback).length, differences: differences(stored, direct) };
}

/** Makes at most four requests for the progress, one per month, and one per phase for its deployments. */
export async function readReport(
  connection: Tables,
  options: ReportOptions,
  months: string[],
): Promise<StatisticsReport> {
  const { mode, phase, trigger, by } = options;
  const [from = '', to = ''] = [months[0], months.at(-1)];
  const progress = await readProgress(connection);
  const ofPhases = phases
    .values()
    .map(({ value }) => Number(value))
    .filter((one) => phase === undefined || one === phase);
  const [cells, deployed] = await Promise.all([
    Promise.all(months.map((month) => readCounters(connection, progress, month, mode))),
    // Plans and drills are of no deployment.
    Promise.all(mode === 'live' ? ofPhases.map((one) => readDeployed(connection, one, [from, to])) : []),
  ]);
  const input = {
    cells: cells.flat(),
    deployed: deployed.flat(),
    limits: connection.environment,
    now: new Date(await accountNow(connection)).toISOString(),
  };
  return {
    environment: connection.name,
    mode,
    from,
    to,
    by: by ?? null,
    bucket_error: bucketError,
    being_rebuilt: months.filter((month) => progress.months.some((one) => one.month === month && one.rebuild !== null)),
    not_counted: await readNotCounted(connection, progress),
    groups: statisticsOf(input, { phase, trigger }, by),
  };
}
