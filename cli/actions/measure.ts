import { bucketError } from '../../domain/history/histogram.ts';
import type { StoredCounters } from '../../domain/statistics/figures.ts';
import { limitUses } from '../../domain/statistics/limit-use.ts';
import { measuredOf } from '../../domain/statistics/measured.ts';
import { accountNow } from '../account/account-controls.ts';
import { type AccountOptions, connectToTables, type Tables } from '../account/clients.ts';
import { readCounters, readProgress } from '../account/read-statistics.ts';
import { withAccount } from '../account/with-account.ts';
import { print } from '../text/colour.ts';
import { type MeasureReport, measureText } from '../text/measure-text.ts';
import { chosenMonths } from './stats.ts';

type Options = AccountOptions & { readonly phase?: number; readonly last?: number; readonly json?: boolean };

export async function measure(options: Options): Promise<number> {
  const connection = await connectToTables(options);
  const months = chosenMonths({ last: options.last }, await accountNow(connection));
  return withAccount(connection, async () => {
    const report = await readReport(connection, months, options.phase);
    if (options.json) console.log(JSON.stringify(report, null, 2));
    else print(measureText(report));
    return report.measured.some(({ outside }) => outside.length > 0) ? 1 : 0;
  });
}

/** Makes one request for the progress, and two per month. */
async function readReport(connection: Tables, months: readonly string[], phase?: number): Promise<MeasureReport> {
  const progress = await readProgress(connection);
  const cells = async (mode: string) =>
    (await Promise.all(months.map((month) => readCounters(connection, progress, month, mode)))).flat();
  const [live, drills] = await Promise.all([cells('live'), cells('simulate')]);
  const { environment, name } = connection;
  const input = {
    ...{ live, drills, limits: environment, now: new Date(await accountNow(connection)).toISOString() },
    embedded: environment.endpoint !== undefined,
  };
  return {
    environment: name,
    from: months[0] ?? '',
    to: months.at(-1) ?? '',
    phase: phase ?? null,
    bucket_error: bucketError,
    measured: measuredOf(input, phase),
    outside_by_phase: limitUses(input, phase === undefined ? phasesOf([...live, ...drills]) : [phase]).filter(
      ({ percent }) => percent >= 100,
    ),
  };
}

const phasesOf = (cells: readonly StoredCounters[]) =>
  [...new Set(cells.map(({ cell }) => cell.phase))].toSorted((one, other) => one - other);
