import { counted } from '../../domain/counted.ts';
import { bucketError } from '../../domain/history/histogram.ts';
import type { LimitUse } from '../../domain/statistics/limit-use.ts';
import type { Measured } from '../../domain/statistics/measured.ts';
import { table } from './table.ts';

/** The times of an environment, as `rollback measure --json` prints them. */
export type MeasureReport = {
  readonly environment: string;
  /** Months, `2026-11`; the last one is included. */
  readonly from: string;
  readonly to: string;
  /** null: every phase. */
  readonly phase: number | null;
  /** Every percentile is at most this share beside the true value. */
  readonly bucket_error: number;
  readonly measured: readonly Measured[];
  /** Phases and severities of at least five rollbacks or drills whose p95 is not inside the limit: those of the alarm p95-outside-limit. */
  readonly outside_by_phase: readonly LimitUse[];
};

/** The words of people for the parts of a rollback's time; `recover` is part of the statistics only. */
const words: Readonly<Record<string, string>> = {
  detect: 'detect',
  decide: 'decide',
  act: 'act',
  confirm: 'verify',
  whole: 'whole',
};

/** Returns how long rollbacks and drills took, for people. */
export const measureText = ({ environment, from, to, phase, measured, outside_by_phase }: MeasureReport): string =>
  [
    `MINUTES  ${phase === null ? 'all phases' : `phase ${phase}`}, from ${from} to ${to}; environment ${environment}; within ${bucketError * 100} % or 3 s`,
    ...measured.flatMap(kindLines),
    ...outside_by_phase.map(
      ({ kind, phase: of, severity, count, p95, limit }) =>
        `PHASE ${of}  the p95 of ${count} ${severity} ${kind} is ${counted(number(p95), 'minute')}, and the limit is ${counted(number(limit), 'minute')}`,
    ),
  ].join('\n');

function kindLines({ kind, minutes, months, trend, outside }: Measured): string[] {
  const note = kind === 'drills' ? '  act: the dry commands, and not the work of a rollback' : '';
  const rows = minutes.flatMap(({ severity, part, count, p50, p95, limit, inside }) =>
    words[part] === undefined
      ? []
      : [
          [
            severity,
            words[part],
            String(count),
            number(p50),
            number(p95),
            limit === null ? '-' : number(limit),
            inside ?? '-',
          ],
        ],
  );
  if (rows.length === 0) return [kind.toUpperCase(), '  none has ended in these months'];
  return [
    `${kind.toUpperCase()}${note}`,
    ...table(['severity', 'part', 'count', 'p50', 'p95', 'limit', 'p95 inside'], rows, 2),
    `  TREND  ${trend === null ? 'unknown: fewer than two months have any' : `${trend} than before`.replace('steady than before', 'steady')}: ${months.map(({ month, p50, count }) => `${month} p50 ${number(p50)} (${count})`).join(', ')}`,
    ...(outside.length > 0 ? [`  OUTSIDE THE LIMIT  the p95 of ${outside.join(', ')}`] : []),
  ];
}

const number = (value: number | null) => (value === null ? 'n/a' : String(Number(value.toFixed(2))));
