import type { Undoing } from '../../domain/history/begins-at.ts';
import type { BrakeEvent } from '../../domain/history/brake-event.ts';
import type { BrakesHistory } from '../stores/brakes-history.ts';
import type { Deployments } from '../stores/deployments.ts';
import type { RecentRollbacks } from '../stores/recent-rollbacks.ts';

export type UndoingsDeps = {
  /** The history of the environment: resumes of trading, and flags that people set. */
  readonly byPeople: Pick<BrakesHistory, 'events'>;
  readonly deployments: Pick<Deployments, 'newest'>;
  readonly recentRollbacks: Pick<RecentRollbacks, 'between'>;
  /** All phases of the environment. */
  readonly phases: readonly number[];
};

/** After every instant in ISO 8601. */
const noEnd = '9999';

/** Returns what may have undone steps that rollbacks of a phase did since an instant (ISO 8601), on which hosts. */
export async function undoingsSince(deps: UndoingsDeps, phase: number, from: string): Promise<readonly Undoing[]> {
  const { byPeople, deployments, recentRollbacks, phases } = deps;
  const others = phases.filter((one) => one !== phase);
  const [events, deployed, begun] = await Promise.all([
    byPeople.events(),
    Promise.all(others.map(async (one) => ({ phase: one, newest: await deployments.newest(one, noEnd) }))),
    Promise.all(others.map(async (one) => ({ phase: one, all: await recentRollbacks.between(one, from, noEnd) }))),
  ]);
  return [
    ...events.flatMap(byAPerson),
    ...deployed.flatMap(({ phase: one, newest }) =>
      newest
        ? [{ at: newest.at, only: null, why: `${newest.version} of phase ${one} was deployed at ${newest.at}` }]
        : [],
    ),
    ...begun.flatMap(({ phase: one, all }) =>
      all.map(({ rollback, ended_at, hosts }) => ({
        at: ended_at,
        only: hosts?.map(({ instance_id }) => instance_id) ?? null,
        rollback,
        why: `rollback ${rollback} of phase ${one} acted${ended_at === null ? '' : ` until ${ended_at}`}`,
      })),
    ),
  ];
}

function byAPerson({ type, at, detail }: BrakeEvent): Undoing[] {
  const { operator, only = null, flag, value } = detail;
  const who = operator ?? 'a person';
  if (type === 'Trading resumed') return [{ at, only, why: `${who} had trading resume at ${at}` }];
  if (type === 'Flag set') return [{ at, only: null, why: `${who} set ${flag} to ${value} at ${at}` }];
  return [];
}
