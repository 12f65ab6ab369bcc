import type { Deployments } from '../stores/deployments.ts';
import type { Endings } from '../stores/endings.ts';
import type { DoneByOther, RollbackScope, RollbackScopes } from '../stores/rollback-scope.ts';
import { doneByOf } from './done-by-others.ts';

export type PutBackDeps = {
  readonly scopes: Pick<RollbackScopes, 'read' | 'putBack'>;
  readonly endings: Pick<Endings, 'read'>;
  readonly deployments: Pick<Deployments, 'recent'>;
  /** The numbers of all phases. */
  readonly phases: readonly number[];
  readonly now: () => number;
};

/**
 * Returns the scope of a rollback that has not begun, after hosts and phases were put back in it that another rollback did
 * before a newer deployment. A repeat does nothing.
 *
 * A deployment of any phase puts the code of all phases on its hosts, so it undoes what was restored there. A step that takes rows
 * then takes those of the time between too; the quarantine keeps them.
 */
export async function putBackRedeployed(deps: PutBackDeps, rollback: string): Promise<RollbackScope | undefined> {
  const scope = await deps.scopes.read(rollback);
  const { done_before = [], parts = [] } = scope ?? {};
  const others = new Set([...done_before.map(({ by }) => by), ...parts.flatMap(doneByOf)]);
  if (others.size === 0) return scope;
  const [ended, deployed] = await Promise.all([endsOf(deps, [...others]), newestOf(deps)]);
  const isUndone = ({ by, name }: DoneByOther) =>
    deployed.some(
      ({ at, hosts }) => at > (ended.get(by) ?? at) && (!hosts || name === undefined || hosts.includes(name)),
    );
  return deps.scopes.putBack(rollback, isUndone);
}

/** Returns the end of each rollback that has ended. Another one still holds the fleet, so nothing that it did is undone. */
const endsOf = async ({ endings }: PutBackDeps, rollbacks: readonly string[]): Promise<Map<string, string>> =>
  new Map(
    (await Promise.all(rollbacks.map(async (one) => [one, (await endings.read(one))?.at] as const))).flatMap(
      ([one, at]) => (at === undefined ? [] : [[one, at] as const]),
    ),
  );

/** Returns the newest deployments of every phase. */
async function newestOf({ deployments, phases, now }: PutBackDeps) {
  const before = new Date(now()).toISOString();
  return (await Promise.all(phases.map((phase) => deployments.recent(phase, before)))).flat();
}
