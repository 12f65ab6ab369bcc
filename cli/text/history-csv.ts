import { stringify } from 'csv-stringify/sync';
import type { RecordSummary } from '../../domain/history/record-index.ts';

/** The fields of a summary, in the order of the columns. */
const fields = [
  'rollback_id',
  'phase',
  'phase_name',
  'trigger',
  'severity',
  'mode',
  'start_time',
  'completion_time',
  'duration_minutes',
  'deadline',
  'limit_missed',
  'ending',
  'data_loss',
  'operator',
  'principal',
  'hosts',
  'restored_to',
  'version',
  'cause',
] as const satisfies readonly (keyof RecordSummary)[];

/**
 * Returns rollbacks as CSV (RFC 4180) with a header line. A value that is not known is empty.
 *
 * Spreadsheets run a cell that begins with `=`, `+`, `-` or `@` as a formula, and people type operators and versions. Such
 * a cell gets a `'` in front.
 */
export const historyCsv = (environment: string, rollbacks: readonly RecordSummary[]): string =>
  stringify(
    rollbacks.map((rollback) => [environment, ...fields.map((name) => rollback[name] ?? null)]),
    {
      header: true,
      columns: ['environment', ...fields],
      record_delimiter: 'windows', // RFC 4180 ends each line with CR LF
      quoted_match: /[\r\n]/, // by itself the library quotes no single CR
      escape_formulas: true,
      cast: { boolean: String },
    },
  );
