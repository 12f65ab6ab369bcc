import { contentHash } from '../content-hash.ts';
import { counted } from '../counted.ts';
import type { Ending } from '../ending.ts';
import type { PlanReport } from '../plan/plan-report.ts';
import type { Trigger } from '../trigger.ts';

/** The endings of a drill. */
export const drillEndings = [
  'Drill passed',
  'Drill failed',
  'Drill yielded',
  'Drill stopped',
] as const satisfies readonly Ending[];
export type DrillEnding = (typeof drillEndings)[number];

/** The newest drill of one pair of trigger and phase, as the state table keeps it. A drill that yielded or was stopped is not kept. */
export type HeldDrill = {
  readonly phase: number;
  readonly trigger: Trigger | 'manual';
  readonly rollback: string;
  /** ISO 8601: its end. */
  readonly at: string;
  readonly ending: Extract<DrillEnding, 'Drill passed' | 'Drill failed'>;
  /** A rollback would take longer than the limit of its severity. */
  readonly slow: boolean;
  /** The hash of the documents that it ran (documentsHash). */
  readonly documents: string;
  /** The hash of the runbook that it judged. Absent: it was held by an older version of the product, or not to its end. */
  readonly runbook?: string;
  /** Why it failed; null: it passed. */
  readonly problem: string | null;
};

/** The newest drill of a phase that passed. `at`: ISO 8601, its end. `documents`: the hash of those that it ran (documentsHash). */
export type PassedDrill = Pick<HeldDrill, 'rollback' | 'at' | 'documents'>;

/** Returns one hash of the documents that a phase's rollback sends, from their names and the hashes of their contents. */
export const documentsHash = (documents: readonly { readonly name: string; readonly sha256: string }[]): string =>
  contentHash(
    documents.map(({ name, sha256 }) => ({ name, sha256 })).toSorted((one, other) => (one.name < other.name ? -1 : 1)),
  );

/** Sentences that a drill shows of each kind: a phone shows a few. */
const mostShown = 5;

/**
 * Returns why a rollback would not have ended well on these hosts, one sentence each; none: the drill passed.
 *
 * `away`: the hosts of the fleet that could not be reached. A cap on hosts is no fault: automation then asks for a permit.
 */
export function drillProblems(report: PlanReport, away: readonly string[]): string[] {
  const { not_answered, unanswered, would_fail, failing, forbidden = [], blocked } = report;
  return [
    ...(away.length > 0 ? [`Not reached: ${few(away)}.`] : []),
    ...(unanswered > 0 ? [`No report from ${counted(unanswered, 'host')}: ${few(grouped(not_answered))}.`] : []),
    ...(failing > 0 ? [`A step would fail on ${counted(failing, 'host')}: ${few(grouped(would_fail))}.`] : []),
    ...forbidden.slice(0, mostShown).map(({ says }) => says),
    ...(blocked ? [blocked] : []),
    ...(isSlow(report) ? [slowSentence(report)] : []),
  ];
}

/** Whether a rollback is expected to take longer than the limit of its severity. */
export const isSlow = ({ plan, limit }: Pick<PlanReport, 'plan' | 'limit'>): boolean =>
  plan.expected_minutes > limit.minutes;

const slowSentence = ({ plan, limit }: PlanReport) =>
  `A rollback would take about ${counted(Math.ceil(plan.expected_minutes), 'minute')}; the limit for ${limit.severity} is ${limit.minutes}.`;

/** "host-1, host-2: clear-state: REASON": hosts that report the same are named together. */
function grouped(reports: PlanReport['would_fail']): string[] {
  const named = Map.groupBy(reports, ({ step, reason }) => `${step}: ${reason ?? 'no reason given'}`);
  return [...named].map(([says, all]) => `${all.map(({ host }) => host).join(', ')}: ${says}`);
}

const few = (all: readonly string[]) =>
  `${all.slice(0, mostShown).join('; ')}${all.length > mostShown ? `; and ${all.length - mostShown} more` : ''}`;
