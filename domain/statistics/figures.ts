import { bucketError, type Histogram, percentile, sizeOf } from '../history/histogram.ts';
import type { Environment } from '../infra/environment.ts';
import { type Severity, severities } from '../severity.ts';
import { type Cell, deploymentsCell, type Part, parts } from './contribution.ts';
import { below, type Counters, numberAt, summed } from './counters.ts';
import { criteria } from './success-criteria.ts';

/** A share with the numbers that it is made of. `share`: null if `of` is 0, because nothing is known then. */
export type Share = { readonly count: number; readonly of: number; readonly share: number | null };

const shareOf = (count: number, of: number): Share => ({ count, of, share: of === 0 ? null : count / of });

/** Durations in minutes. All but `mean` and `count` are within `bucketError`. */
export type Minutes = {
  readonly count: number;
  readonly mean: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly max: number | null;
};

/** Whether the 95th percentile is inside the limit: `close` if the error of a bucket does not let that be told. */
export type Inside = 'yes' | 'no' | 'close';

export type PartFigures = Minutes & {
  /** `all`: every severity together, which has no limit. */
  readonly severity: Severity | 'all';
  readonly part: Part;
  /** In minutes; null: this part has no limit. */
  readonly limit: number | null;
  readonly inside: Inside | null;
};

/** The figures of one group of rollbacks. */
export type Figures = {
  readonly count: number;
  readonly endings: Readonly<Record<string, number>>;
  /** *Rolled back*, of the rollbacks that took the fleet or that a person had to end. */
  readonly success: Share;
  /** Of the rollbacks about which an annotation says whether they were a false positive. */
  readonly false_positive: Share;
  /** Of the same rollbacks as `success`. */
  readonly limit_missed: Share;
  /** Each success criterion: of the live rollbacks that took the fleet and of which it is known. */
  readonly criteria: Readonly<Record<(typeof criteria)[number], Share & { readonly unknown: number }>>;
  readonly reviews: { readonly right: Share; readonly wrong: Share; readonly overdue: Share; readonly late: number };
  readonly minutes: readonly PartFigures[];
};

/** The limits of an environment, in seconds. */
export type Limits = Pick<Environment, 'limits' | 'confirm' | 'questions'>;

/** Returns the figures of the sum of cells. `now`: ISO 8601, for overdue reviews. */
export function figuresOf(cells: readonly Counters[], limits: Limits, now: string): Figures {
  const all = summed(cells);
  const ended = (ending: string) => numberAt(all, 'ending', ending);
  const judged = ended('Rolled back') + ended('Rolled back, unverified') + ended('Needs a person');
  const said = numberAt(all, 'false_positive', 'true');
  return {
    count: numberAt(all, 'count'),
    endings: below(all, 'ending') as Record<string, number>,
    success: shareOf(ended('Rolled back'), judged),
    false_positive: shareOf(said, said + numberAt(all, 'false_positive', 'false')),
    limit_missed: shareOf(numberAt(all, 'limit_missed'), judged),
    criteria: criteriaFigures(below(all, 'criteria')),
    reviews: reviewFigures(below(all, 'review'), now),
    minutes: minutesFigures(below(all, 'minutes'), limits),
  };
}

function criteriaFigures(counted: Counters): Figures['criteria'] {
  const of = (criterion: string) => {
    const [yes, no] = [numberAt(counted, criterion, 'yes'), numberAt(counted, criterion, 'no')];
    return { ...shareOf(yes, yes + no), unknown: numberAt(counted, criterion, 'unknown') };
  };
  return Object.fromEntries(criteria.map((one) => [one, of(one)])) as Figures['criteria'];
}

/** Returns each part of each severity, and of all severities together. */
function minutesFigures(minutes: Counters, limits: Limits): PartFigures[] {
  const bySeverity = [...severities, 'all' as const].map((severity) => {
    const counters =
      severity === 'all' ? summed(severities.map((one) => below(minutes, one))) : below(minutes, severity);
    return { severity, counters };
  });
  return bySeverity.flatMap(({ severity, counters }) =>
    parts.flatMap((part) => partFigures(severity, part, below(counters, part), limits)),
  );
}

function reviewFigures(reviews: Counters, now: string): Figures['reviews'] {
  const open = Object.entries(below(reviews, 'open')) as [string, number][];
  const count = (entries: readonly [string, number][]) => entries.reduce((sum, [, one]) => sum + one, 0);
  const [right, wrong] = [numberAt(reviews, 'right'), numberAt(reviews, 'wrong')];
  const needed = right + wrong + count(open);
  return {
    right: shareOf(right, needed),
    wrong: shareOf(wrong, needed),
    // Counted by the hour of the deadline: overdue once that hour is over.
    overdue: shareOf(count(open.filter(([hour]) => hour < now.slice(0, 13))), needed),
    late: numberAt(reviews, 'late'),
  };
}

function partFigures(
  severity: PartFigures['severity'],
  part: Part,
  durations: Counters,
  limits: Limits,
): PartFigures[] {
  const minutes = minutesOf(durations);
  if (minutes.count === 0) return [];
  const limit = limitOfPart(severity, part, limits);
  return [{ severity, part, ...minutes, limit, inside: insideOf(minutes.p95, limit) }];
}

/** Returns the figures of durations as contribution.ts counts them. */
function minutesOf(durations: Counters): Minutes {
  const histogram = below(durations, 'buckets') as Histogram;
  const count = sizeOf(histogram);
  return {
    count,
    mean: count === 0 ? null : Math.round(numberAt(durations, 'hundredths') / count) / 100,
    p50: percentile(histogram, 0.5),
    p95: percentile(histogram, 0.95),
    max: percentile(histogram, 1),
  };
}

/**
 * Returns a part's limit in minutes, as the environment's file has it now; null: the procedure sets none.
 *
 * The severity's limit is that of the whole rollback. No part may take longer, but an answer to a HIGH question and the
 * confirmation have shorter ones. `detect` and `recover` begin before the alarm, from which limits are counted.
 */
function limitOfPart(
  severity: PartFigures['severity'],
  part: Part,
  { limits, confirm, questions }: Limits,
): number | null {
  if (severity === 'all' || part === 'detect' || part === 'recover') return null;
  const whole = limits[severity === 'LOW' ? 'MEDIUM' : severity];
  if (part === 'confirm') return Math.min(whole, confirm.give_up) / 60;
  if (part === 'decide' && severity === 'HIGH') return Math.min(whole, questions.confirm) / 60;
  return whole / 60;
}

function insideOf(p95: number | null, limit: number | null): Inside | null {
  if (p95 === null || limit === null) return null;
  if (p95 * (1 + bucketError) < limit) return 'yes';
  return p95 / (1 + bucketError) >= limit ? 'no' : 'close';
}

/** The figures of DORA that this product knows (dora.dev/guides/dora-metrics). */
export type DeploymentFigures = {
  readonly deployments: number;
  /** Deployments that a rollback acted on, or that were fixed forward. */
  readonly change_failure_rate: Share;
  /** From the first breach to the confirmed recovery, of failed deployments that have recovered. */
  readonly recovery: Minutes;
  /** Unplanned deployments: rollbacks that acted, and one hot fix for each *Fix forward*. Rollbacks are deployments too. */
  readonly rework_rate: Share;
};

/** Returns the figures of deployments. `deployed`: the deployments that the pipeline recorded. */
export function deploymentFiguresOf(cells: readonly StoredCounters[], deployed: number): DeploymentFigures {
  const isFailures = ({ cell }: StoredCounters) => cell.trigger === deploymentsCell;
  const failures = summed(cells.filter(isFailures).map(({ counters }) => counters));
  const rollbacks = summed(cells.filter((one) => !isFailures(one)).map(({ counters }) => counters));
  const acted = numberAt(rollbacks, 'acted');
  return {
    deployments: deployed,
    change_failure_rate: shareOf(numberAt(failures, 'failed'), deployed),
    recovery: minutesOf(below(failures, 'recovery')),
    // Without recorded deployments the rollbacks would be all that is known, and the rate always 100 %.
    rework_rate:
      deployed === 0 ? shareOf(0, 0) : shareOf(acted + numberAt(rollbacks, 'ending', 'Fix forward'), deployed + acted),
  };
}

/** The counters of a cell, as the history table has them. */
export type StoredCounters = { readonly cell: Cell; readonly counters: Counters };

export const groupings = ['phase', 'trigger', 'month'] as const;
export type Grouping = (typeof groupings)[number];

/** The filters of the statistics; an absent one means every value. */
export type StatisticsFilter = { readonly phase?: number | undefined; readonly trigger?: string | undefined };

/** A recorded deployment, for the rates. */
export type Deployed = { readonly phase: number; readonly month: string };

export type Group = {
  /** The phase, trigger or month; `all` for everything together. */
  readonly group: string;
  readonly rollbacks: Figures;
  /** Null: grouped or filtered by trigger, which a deployment has not. */
  readonly deployments: DeploymentFigures | null;
};

export type StatisticsInput = {
  readonly cells: readonly StoredCounters[];
  readonly deployed: readonly Deployed[];
  readonly limits: Limits;
  /** ISO 8601. */
  readonly now: string;
};

/** Returns the figures of all cells together, and of each group. */
export function statisticsOf(input: StatisticsInput, filter: StatisticsFilter, by: Grouping | undefined): Group[] {
  const passes = ({ cell }: StoredCounters) =>
    (filter.phase === undefined || cell.phase === filter.phase) &&
    (filter.trigger === undefined || cell.trigger === filter.trigger);
  const cells = input.cells.filter(passes);
  const deployed = input.deployed.filter(({ phase }) => filter.phase === undefined || phase === filter.phase);
  const withRates = filter.trigger === undefined;
  const all = groupOf('all', { ...input, cells, deployed }, withRates);
  if (by === undefined) return [all];
  const names = groupNames(cells, deployed, by);
  const parts = names.map((name) =>
    groupOf(
      name,
      {
        ...input,
        cells: cells.filter(({ cell }) => String(cell[by]) === name),
        deployed: by === 'trigger' ? [] : deployed.filter((one) => String(one[by]) === name),
      },
      withRates && by !== 'trigger',
    ),
  );
  return [...parts, all];
}

function groupNames(cells: readonly StoredCounters[], deployed: readonly Deployed[], by: Grouping): string[] {
  const ofCells = cells.map(({ cell }) => String(cell[by])).filter((name) => name !== deploymentsCell);
  const ofDeployments = by === 'trigger' ? [] : deployed.map((one) => String(one[by]));
  return [...new Set([...ofCells, ...ofDeployments])].toSorted((a, b) => Number(a) - Number(b) || (a < b ? -1 : 1));
}

function groupOf(group: string, { cells, deployed, limits, now }: StatisticsInput, withRates: boolean): Group {
  const rollbacks = cells.filter(({ cell }) => cell.trigger !== deploymentsCell);
  return {
    group,
    rollbacks: figuresOf(
      rollbacks.map(({ counters }) => counters),
      limits,
      now,
    ),
    deployments: withRates ? deploymentFiguresOf(cells, deployed.length) : null,
  };
}
