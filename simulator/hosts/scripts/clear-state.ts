import type { MetricRow } from '../data/host-state.ts';
import { Exit, pythonJson, Real } from '../data/python.ts';
import { exportOnce, wouldExport } from './exports.ts';
import { findFiles, moveFiles, wouldMove } from './moved-files.ts';
import { type Call, type HostScript, placeOf, planning, quarantineOf, required } from './script-call.ts';

type Taken = { readonly table: string; readonly row: MetricRow };

/** infra/host-scripts/clear-state.py, with the customer's scripts/reset_metrics.sql, which deletes all rows of the tables. */
export const clearState: HostScript = (call) => {
  const folder = required(call, 'SSM_StateFolder');
  if (!call.host.files.has(required(call, 'SSM_Sql')))
    throw new Exit(
      `There is no file ${required(call, 'SSM_Sql')} in the tree; nothing was touched. Add it or correct Sql in the runbook`,
    );
  if (planning(call))
    return { would_take: { files: wouldMove(call, folder), rows: wouldExport(rowsOf(call).map(lineOf)) } };
  findFiles(call, folder);
  const rows = resetRows(call);
  return { files: moveFiles(call, folder), rows, integrity: 'ok', ...placeOf(call), lost: false };
};

function resetRows(call: Call): object {
  const { metrics } = call.host;
  const items = rowsOf(call);
  const name = `rows-${items[0]?.table ?? ''}.jsonl`;
  const found = exportOnce(call, quarantineOf(call), { name, lines: items.map(lineOf), items });
  const taken = found.items as Taken[];
  for (const table of new Set(taken.map(({ table }) => table))) {
    const ids = new Set(taken.filter((one) => one.table === table).map(({ row }) => row.id));
    metrics.set(
      table,
      (metrics.get(table) ?? []).filter(({ id }) => !ids.has(id)),
    );
  }
  const counts = Map.groupBy(taken, ({ table }) => table);
  const tables = Object.fromEntries([...counts].map(([table, rows]) => [table, rows.length]));
  return { exported: found.count, tables, removed: found.count };
}

const rowsOf = (call: Call): Taken[] =>
  required(call, 'SSM_Tables')
    .split(/\s+/)
    .flatMap((table) => (call.host.metrics.get(table) ?? []).map((row) => ({ table, row })));

const lineOf = ({ row }: Taken): string =>
  `${pythonJson({ row: { ...row, value: new Real(row.value) }, rowid: row.id })}\n`;
