import { type Limits, type PartFigures, type StoredCounters, statisticsOf } from './figures.ts';

/** `rehearsals`: rollbacks on an embedded account. They are real ones in everything but the hosts, and are never mixed with real ones. */
export const measuredKinds = ['rollbacks', 'rehearsals', 'drills'] as const;
export type MeasuredKind = (typeof measuredKinds)[number];

/** The whole time of a month's rollbacks, every severity together. */
export type MonthMeasured = {
  readonly month: string;
  readonly count: number;
  readonly p50: number | null;
  readonly p95: number | null;
};

export type Measured = {
  readonly kind: MeasuredKind;
  /** Each part of each severity that happened. */
  readonly minutes: readonly PartFigures[];
  readonly months: readonly MonthMeasured[];
  /** Of the newest month's p50 against that of the months before; null: fewer than two months have any. */
  readonly trend: 'faster' | 'slower' | 'steady' | null;
  /** The severities whose p95 of the whole time is not inside their limit. */
  readonly outside: readonly string[];
};

export type MeasuredInput = {
  /** Of real rollbacks, or of rehearsals if the account is an embedded one. */
  readonly live: readonly StoredCounters[];
  readonly drills: readonly StoredCounters[];
  readonly embedded: boolean;
  readonly limits: Limits;
  /** ISO 8601. */
  readonly now: string;
};

/** Returns how long rollbacks and drills took, apart. `phase`: only this one. */
export function measuredOf({ live, drills, embedded, limits, now }: MeasuredInput, phase?: number): Measured[] {
  const of = (kind: MeasuredKind, cells: readonly StoredCounters[]) => measured(kind, { cells, limits, now }, phase);
  return [of(embedded ? 'rehearsals' : 'rollbacks', live), of('drills', drills)];
}

type Cells = { readonly cells: readonly StoredCounters[]; readonly limits: Limits; readonly now: string };

function measured(kind: MeasuredKind, input: Cells, phase: number | undefined): Measured {
  const groups = statisticsOf({ ...input, deployed: [] }, { phase }, 'month');
  const minutes = groups.find(({ group }) => group === 'all')?.rollbacks.minutes ?? [];
  const months = groups
    .filter(({ group }) => group !== 'all')
    .flatMap(({ group, rollbacks }) => {
      const whole = rollbacks.minutes.find(({ severity, part }) => severity === 'all' && part === 'whole');
      return whole ? [{ month: group, count: whole.count, p50: whole.p50, p95: whole.p95 }] : [];
    })
    .toSorted((one, other) => (one.month < other.month ? -1 : 1));
  const outside = minutes
    .filter(({ part, inside }) => part === 'whole' && inside === 'no')
    .map(({ severity }) => severity);
  return { kind, minutes, months, trend: trendOf(months), outside };
}

/** A median that differs by less than this share is steady: that of a few rollbacks moves by as much by chance. */
const steadyShare = 0.2;

function trendOf(months: readonly MonthMeasured[]): Measured['trend'] {
  const newest = months.at(-1)?.p50;
  const before = months.slice(0, -1).flatMap(({ count, p50 }) => (p50 === null ? [] : [{ count, p50 }]));
  const all = before.reduce((sum, { count }) => sum + count, 0);
  if (newest === undefined || newest === null || all === 0) return null;
  const usual = before.reduce((sum, { count, p50 }) => sum + count * p50, 0) / all;
  if (Math.abs(newest - usual) <= usual * steadyShare) return 'steady';
  return newest < usual ? 'faster' : 'slower';
}
