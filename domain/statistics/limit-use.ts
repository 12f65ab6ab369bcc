import { bucketError } from '../history/histogram.ts';
import { type MeasuredInput, type MeasuredKind, measuredOf } from './measured.ts';
import { enough } from './usual-minutes.ts';

/** The months by which the alarm judges, the present one included. With more, one slow rollback would keep it red for half a year. */
export const judgedMonths = 3;

/** The p95 of the rollbacks of one phase and severity, against their limit. */
export type LimitUse = {
  readonly kind: MeasuredKind;
  readonly phase: number;
  readonly severity: string;
  readonly count: number;
  /** Minutes. */
  readonly p95: number;
  readonly limit: number;
  /** The least that the p95 may be for its buckets, in percent of the limit; 100 or more: the limit is missed. */
  readonly percent: number;
};

/**
 * Returns the p95 of the whole time of each phase and severity in percent of its limit, the highest first. Fewer than five
 * rollbacks are left out: limit-missed tells of each that is late.
 */
export function limitUses(input: MeasuredInput, phases: readonly number[]): LimitUse[] {
  return phases
    .flatMap((phase) =>
      measuredOf(input, phase).flatMap(({ kind, minutes }) =>
        minutes.flatMap(({ severity, part, count, p95, limit }) =>
          part !== 'whole' || p95 === null || limit === null || count < enough
            ? []
            : [{ kind, phase, severity, count, p95, limit, percent: (100 * p95) / (1 + bucketError) / limit }],
        ),
      ),
    )
    .toSorted((one, other) => other.percent - one.percent);
}
