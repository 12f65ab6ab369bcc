import type { RollbackEvent } from '../../domain/history/event.ts';
import type { Link } from '../../domain/history/link.ts';
import {
  type Contribution,
  contributionOf,
  type DeploymentFailure,
  deploymentContribution,
  failureOf,
} from '../../domain/statistics/contribution.ts';
import {
  afterPage,
  generationsOf,
  type MonthState,
  rebuildBegun,
  type UpTo,
} from '../../domain/statistics/progress.ts';
import type { History } from '../stores/history.ts';
import type { Links } from '../stores/links.ts';
import type { Statistics } from '../stores/statistics.ts';

export type CountStatisticsDeps = {
  readonly statistics: Statistics;
  readonly links: Pick<Links, 'months' | 'after'>;
  readonly history: Pick<History, 'events'>;
};

/** Some seconds of work: Reconcile's 50 s are for rollbacks that wait. The rest follows in the next minute. */
const linksPerRun = 50;

/**
 * Counts the rollbacks that were sealed since the last run, in the order of their links, and a part of a month that is
 * rebuilt. Makes two requests if there is nothing to do. Calling it twice is harmless.
 *
 * A history that cannot be understood is passed over, and reported by the error at the end: it must not keep the others
 * from being counted.
 */
export async function countStatistics(deps: CountStatisticsDeps): Promise<void> {
  const { statistics } = deps;
  const { upTo, months } = await statistics.progress();
  const unreadable: string[] = [];
  const count = countingOf(deps, months, unreadable);
  const { links, upTo: next } = await newLinks(deps, upTo);
  const sealed = links.flatMap((link) => (link.kind === 'sealed' ? [link.rollback] : []));
  for (const rollback of new Set(sealed)) await count.rollback(rollback);
  if (next) await statistics.keepUpTo(next);
  const rebuilt = months.find(({ rebuild }) => rebuild !== null);
  if (rebuilt) await statistics.keepMonth(await countPage(deps, rebuilt, count));
  if (unreadable.length > 0)
    throw new Error(`Not counted in the statistics, because the history cannot be read: ${unreadable.join('; ')}.`);
}

/** Begins to rebuild the counters of a month (`2026-11`) from the rollbacks themselves. Repeating it is harmless. */
export async function beginRebuild({ statistics }: Pick<CountStatisticsDeps, 'statistics'>, month: string) {
  const { months } = await statistics.progress();
  await statistics.keepMonth(rebuildBegun(months, month));
}

type Counting = {
  readonly rollback: (id: string) => Promise<void>;
  readonly deployment: (failures: readonly DeploymentFailure[]) => Promise<void>;
};

/** Counts in every generation of the month concerned. */
function countingOf({ statistics, history }: CountStatisticsDeps, months: readonly MonthState[], unreadable: string[]) {
  const inAll = async (contribution: Contribution | undefined) => {
    if (!contribution) return;
    for (const generation of generationsOf(months, contribution.cell.month))
      await statistics.count(contribution, generation);
  };
  const deployment = (failures: readonly DeploymentFailure[]) => inAll(deploymentContribution(failures));
  return {
    deployment,
    rollback: async (id) => {
      const read = readable(id, await history.events(id), unreadable);
      await inAll(read?.contribution);
      if (read?.failure) await deployment(await statistics.addFailure(read.failure));
    },
  } satisfies Counting;
}

function readable(id: string, events: readonly RollbackEvent[], unreadable: string[]) {
  try {
    return { contribution: contributionOf(events), failure: failureOf(events) };
  } catch (error) {
    unreadable.push(`${id} (${(error as Error).message})`);
    return undefined;
  }
}

type NewLinks = {
  readonly links: readonly Link[];
  /** The last of these links; undefined if there are none. */
  readonly upTo: UpTo | undefined;
};

/**
 * Returns the links behind the last one that is counted, at most 50, over the ends of months.
 *
 * A later month is read only behind the closing link: without it, a writer may still append to this month.
 */
async function newLinks({ links }: CountStatisticsDeps, counted: UpTo | undefined): Promise<NewLinks> {
  const found: Link[] = [];
  let at = counted ?? firstOf(await links.months());
  let upTo: UpTo | undefined;
  while (at && found.length < linksPerRun) {
    const more = await links.after(at.month, at.sequence, linksPerRun - found.length);
    found.push(...more);
    upTo = upToOf(more.at(-1)) ?? upTo;
    const { month, closed } = upToOf(more.at(-1)) ?? at;
    at = closed ? firstOf((await links.months()).filter((one) => one > month)) : undefined;
  }
  return { links: found, upTo };
}

const upToOf = (link: Link | undefined): UpTo | undefined =>
  link && { month: link.month, sequence: link.sequence, closed: link.kind === 'month closed' };
const firstOf = ([month]: readonly string[]): UpTo | undefined =>
  month === undefined ? undefined : { month, sequence: 0, closed: false };

/** Counts one page of a month that is rebuilt; after its last rollback also its failed deployments. */
async function countPage({ statistics }: CountStatisticsDeps, state: MonthState, count: Counting): Promise<MonthState> {
  if (!state.rebuild) return state;
  const { mode, after } = state.rebuild;
  const { ids, next } = await statistics.rollbacks(state.month, mode, after ?? undefined);
  for (const id of ids) await count.rollback(id);
  const reached = afterPage(state, next);
  if (reached.rebuild === null)
    for (const failures of byDeployment(await statistics.failures(state.month))) await count.deployment(failures);
  return reached;
}

/** Groups failures by their deployment. A rollback of the next month may be of a deployment of this one. */
const byDeployment = (failures: readonly DeploymentFailure[]) =>
  Map.groupBy(failures, ({ phase, deployed_at }) => `${phase}#${deployed_at}`).values();
