import { judgedMonths, type LimitUse, limitUses } from '../../domain/statistics/limit-use.ts';
import type { MeasuredInput } from '../../domain/statistics/measured.ts';
import { monthsOf } from '../../domain/statistics/months.ts';
import type { ReadMonths } from '../stores/counted-months.ts';

export type MeasureTheTimesDeps = {
  readonly readMonths: ReadMonths;
  readonly limits: MeasuredInput['limits'];
  /** Whether hosts are those of an embedded account: its rollbacks are rehearsals. */
  readonly embedded: boolean;
  readonly phases: readonly number[];
  /** Publishes the highest p95 in percent of its limit, for the alarm p95-outside-limit. */
  readonly publish: (percent: number) => Promise<void>;
  readonly now: () => number;
};

/** `highest`: null if no phase and severity has enough rollbacks or drills. */
export type MeasuredTimes = { readonly highest: LimitUse | null; readonly outside: readonly LimitUse[] };

/**
 * Publishes how near the p95 of rollbacks and drills is to its limit. Publishes 0 if too few are measured, so that the
 * metric says that the function ran. Changes nothing and may run at any time.
 */
export async function measureTheTimes(deps: MeasureTheTimesDeps): Promise<MeasuredTimes> {
  const { readMonths, limits, embedded, phases, publish, now } = deps;
  const at = new Date(now()).toISOString();
  const months = monthsOf({ last: judgedMonths }, at.slice(0, 7));
  const [live, drills] = await Promise.all([readMonths(months, 'live'), readMonths(months, 'simulate')]);
  const uses = limitUses({ live, drills, embedded, limits, now: at }, phases);
  await publish(uses[0]?.percent ?? 0);
  return { highest: uses[0] ?? null, outside: uses.filter(({ percent }) => percent >= 100) };
}
