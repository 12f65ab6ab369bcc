import { contentHash } from '../content-hash.ts';
import type { RollbackEvent } from '../history/event.ts';
import { bucketOf } from '../history/histogram.ts';
import { monthOf } from '../history/link.ts';
import { minutesBetween, type RollbackRecord, recordOf } from '../history/record.ts';
import { timingsOf } from '../history/timings.ts';
import { type Counters, summed } from './counters.ts';
import { isJudged, successCriteria } from './success-criteria.ts';

/**
 * The parts of a rollback's time in the statistics. `recover`: from the first breaching datapoint, else from `start_time`,
 * to the confirmed recovery. The others are those of domain/history/timings.ts.
 */
export const parts = ['detect', 'decide', 'act', 'confirm', 'whole', 'recover'] as const;
export type Part = (typeof parts)[number];

/** A part of a month's counters: one mode, phase and trigger; or the failed deployments of a phase. */
export type Cell = {
  /** `2026-11`, in UTC. */
  readonly month: string;
  readonly mode: string;
  readonly phase: number;
  readonly trigger: string;
};

/** The trigger of the cell that counts failed deployments, which have none. */
export const deploymentsCell = 'DEPLOYMENTS';

/** One rollback's, or one failed deployment's, share of a month's counters. It replaces an older one of the same `of`. */
export type Contribution = {
  /** The rollback's id, or the deployment's phase and instant. */
  readonly of: string;
  readonly cell: Cell;
  /** The number of events that it is made of. An older contribution has fewer. */
  readonly events: number;
  readonly counters: Counters;
};

/** Returns the contribution of a rollback from its events; undefined until it has ended. */
export function contributionOf(events: readonly RollbackEvent[]): Contribution | undefined {
  if (events.length === 0) return undefined;
  const record = recordOf(events);
  const { rollback_id, start_time, phase, trigger, ending } = record;
  if (ending === null) return undefined;
  return {
    of: rollback_id,
    cell: { month: monthOf(start_time), mode: record.mode ?? 'live', phase, trigger },
    events: record.events,
    counters: summed([
      { count: 1, ending: { [ending]: 1 } },
      record.fence === null ? {} : { acted: 1 },
      record.limit_missed ? { limit_missed: 1 } : {},
      falsePositive(record),
      reviewCounters(record.review),
      minutesCounters(record, events),
      criteriaCounters(record, events),
    ]),
  };
}

function falsePositive({ annotation }: RollbackRecord): Counters {
  const said = annotation?.false_positive ?? null;
  return said === null ? {} : { false_positive: { [String(said)]: 1 } };
}

/** Counts each success criterion of a live rollback that took the fleet as met, missed or not known. A later check may change it. */
function criteriaCounters(record: RollbackRecord, events: readonly RollbackEvent[]): Counters {
  if (!isJudged(record)) return {};
  const found = successCriteria(record, events);
  return { criteria: Object.fromEntries(found.map(({ criterion, met }) => [criterion, { [met]: 1 }])) };
}

/** An open review is counted under the hour of its deadline: whether it is overdue is judged when it is read. */
function reviewCounters(review: RollbackRecord['review']): Counters {
  if (review === null || review === undefined) return {};
  if (review.verdict === null) return { review: { open: { [review.due.slice(0, 13)]: 1 } } };
  const late = review.at !== null && review.at > review.due;
  return { review: { [review.verdict]: 1, ...(late ? { late: 1 } : {}) } };
}

/**
 * Counts the minutes of a rollback that took the fleet, or that a person had to end. A rollback that was decided against
 * ends within seconds, and would make every percentile look better than it is. Drills are counted too: they have cells of their own.
 */
function minutesCounters(record: RollbackRecord, events: readonly RollbackEvent[]): Counters {
  const isHeld = record.ending === 'Drill passed' || record.ending === 'Drill failed';
  if (record.fence === null && record.ending !== 'Needs a person' && !isHeld) return {};
  const minutes = { ...timingsOf(events), recover: recoverMinutes(record, events) };
  const known = parts.flatMap((part) => {
    const value = minutes[part];
    return value === null ? [] : [[part, durationCounters(value)] as const];
  });
  return { minutes: { [record.severity]: Object.fromEntries(known) } };
}

/** One duration, as counters that add up: its bucket, and its exact hundredths of a minute for the mean. */
const durationCounters = (minutes: number): Counters => ({
  hundredths: Math.round(minutes * 100),
  buckets: { [bucketOf(minutes)]: 1 },
});

const impactStart = ({ breaching_since, start_time }: RollbackRecord) => breaching_since ?? start_time;

function recoverMinutes(record: RollbackRecord, events: readonly RollbackEvent[]): number | null {
  const at = recoveredAt(record, events);
  return at === null ? null : Math.max(0, minutesBetween(impactStart(record), at));
}

function recoveredAt({ ending }: RollbackRecord, events: readonly RollbackEvent[]): string | null {
  if (ending !== 'Rolled back' && ending !== 'Rolled back, unverified') return null;
  return events.findLast(({ type }) => type === 'Recovery confirmed')?.at ?? null;
}

/** One rollback of a deployment that failed. Several rollbacks of the same deployment make it fail once. */
export type DeploymentFailure = {
  readonly rollback: string;
  readonly phase: number;
  /** ISO 8601: when the deployment was made. */
  readonly deployed_at: string;
  /** ISO 8601: since when it failed. */
  readonly since: string;
  /** ISO 8601: when recovery was confirmed; null: not by this rollback. */
  readonly recovered_at: string | null;
  /** The number of events that this is made of. */
  readonly events: number;
};

/**
 * Returns the failure of a deployment that a rollback shows: a live rollback of it took the fleet, or it was fixed forward.
 * Undefined if it shows none, or if no deployment is recorded.
 */
export function failureOf(events: readonly RollbackEvent[]): DeploymentFailure | undefined {
  if (events.length === 0) return undefined;
  const record = recordOf(events);
  const { rollback_id: rollback, phase, deployment, ending, fence, mode } = record;
  if (ending === null || deployment === null || (mode ?? 'live') !== 'live') return undefined;
  if (fence === null && ending !== 'Fix forward') return undefined;
  return {
    rollback,
    phase,
    deployed_at: deployment.at,
    since: impactStart(record),
    recovered_at: recoveredAt(record, events),
    events: record.events,
  };
}

/**
 * Returns the contribution of one failed deployment from all its failures, in any order. It recovered when the last of them
 * did; until then its recovery is not counted.
 */
export function deploymentContribution(failures: readonly DeploymentFailure[]): Contribution | undefined {
  const [first] = failures;
  if (!first) return undefined;
  const { phase, deployed_at } = first;
  const since = failures.map((one) => one.since).toSorted()[0] ?? first.since;
  const recovered = failures
    .flatMap(({ recovered_at }) => (recovered_at === null ? [] : [recovered_at]))
    .toSorted()
    .at(-1);
  return {
    of: `${deploymentsCell}#${phase}#${deployed_at}`,
    cell: { month: monthOf(deployed_at), mode: 'live', phase, trigger: deploymentsCell },
    events: failures.reduce((sum, { events }) => sum + events, 0),
    counters: {
      failed: 1,
      ...(recovered === undefined ? {} : { recovery: durationCounters(Math.max(0, minutesBetween(since, recovered))) }),
    },
  };
}

/** Returns whether two contributions are the same, whatever the order of their names. */
export const sameCounters = (one: Counters, other: Counters): boolean => contentHash(one) === contentHash(other);
