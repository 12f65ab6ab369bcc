import type { EventRow } from '../data/host-state.ts';
import { Exit, pythonJson, Real } from '../data/python.ts';
import { timestamp } from '../data/times.ts';
import { exportOnce, wouldExport } from './exports.ts';
import { findFiles, moveFiles, wouldMove } from './moved-files.ts';
import { type Call, type HostScript, placeOf, planning, quarantineOf, required } from './script-call.ts';

/** infra/host-scripts/clear-corrupted-cache.py */
export const clearCorruptedCache: HostScript = (call) => {
  const cache = required(call, 'SSM_CacheFolder');
  if (planning(call)) {
    const rows = wouldExport(windowRows(call).map(lineOf));
    return { would_take: { files: wouldMove(call, cache), rows } };
  }
  findFiles(call, cache);
  const rows = moveRows(call);
  const files = moveFiles(call, cache);
  return { files, rows, integrity: 'ok', ...placeOf(call), lost: false };
};

function moveRows(call: Call): object {
  const { host } = call;
  if (host.databaseLocked)
    throw new Exit(
      `${required(call, 'SSM_Database')}: database is locked; no row was changed. Stop what holds it, then retry`,
    );
  const items = windowRows(call);
  const found = exportOnce(call, quarantineOf(call), { name: 'rows.jsonl', lines: items.map(lineOf), items });
  const exported = new Set((found.items as EventRow[]).map(({ event_id }) => event_id));
  host.events = host.events.filter(({ event_id }) => !exported.has(event_id));
  return { exported: found.count, removed: found.count, sha256: found.sha256 };
}

function windowRows(call: Call): EventRow[] {
  const start = timestamp(Date.parse(required(call, 'SSM_WindowStart')) / 1000);
  return call.host.events.filter((row) => row.timestamp > start);
}

const lineOf = (row: EventRow): string =>
  `${pythonJson({ row: { ...row, price: new Real(row.price) }, rowid: row.event_id })}\n`;
