import type { RollbackEvent } from '../history/event.ts';
import {
  type Cell,
  type Contribution,
  contributionOf,
  type DeploymentFailure,
  deploymentContribution,
  failureOf,
  sameCounters,
} from './contribution.ts';
import { type Counters, numberAt, summed } from './counters.ts';
import type { StoredCounters } from './figures.ts';

/** A cell whose counters differ from the rollbacks that they count. */
export type Difference = {
  readonly phase: number;
  readonly trigger: string;
  /** Rollbacks, or failed deployments: by the counters, and by the history. */
  readonly counted: number;
  readonly found: number;
};

/** The part of a rollback's history that counts. */
export type Counts = {
  readonly contribution: Contribution | undefined;
  readonly failure: DeploymentFailure | undefined;
};
export const countsOf = (events: readonly RollbackEvent[]): Counts => ({
  contribution: contributionOf(events),
  failure: failureOf(events),
});

/**
 * Returns the contributions to a month, made directly from rollbacks. A rollback that started in another month counts for
 * the failed deployments of this one.
 */
export function countedDirectly(rollbacks: readonly Counts[], month: string, mode: string): StoredCounters[] {
  const failures = rollbacks.flatMap(({ failure }) => failure ?? []);
  const deployments = Map.groupBy(failures, ({ phase, deployed_at }) => `${phase}#${deployed_at}`);
  const all = [
    ...rollbacks.map(({ contribution }) => contribution),
    ...[...deployments.values()].map(deploymentContribution),
  ];
  return all
    .filter((one): one is Contribution => one !== undefined && one.cell.month === month && one.cell.mode === mode)
    .map(({ cell, counters }) => ({ cell, counters }));
}

/** Returns the cells in which the stored counters are not the sum of these. */
export function differences(stored: readonly StoredCounters[], direct: readonly StoredCounters[]): Difference[] {
  const byCell = Map.groupBy(direct, ({ cell }) => nameOf(cell));
  const names = new Set([...stored.map(({ cell }) => nameOf(cell)), ...byCell.keys()]);
  return [...names].toSorted().flatMap((name) => {
    const counters = stored.find(({ cell }) => nameOf(cell) === name)?.counters ?? {};
    const sum = summed((byCell.get(name) ?? []).map((one) => one.counters));
    if (sameCounters(counters, sum)) return [];
    const [phase = '', trigger = ''] = name.split('#');
    return [{ phase: Number(phase), trigger, counted: countIn(counters), found: countIn(sum) }];
  });
}

const nameOf = ({ phase, trigger }: Cell) => `${phase}#${trigger}`;
const countIn = (counters: Counters) => numberAt(counters, 'count') + numberAt(counters, 'failed');
