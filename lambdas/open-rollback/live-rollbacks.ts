import { type Coverage, covers, touchesMore } from '../../domain/decision/coverage.ts';
import { StillDeciding } from '../../domain/errors.ts';
import { recordOf } from '../../domain/history/record.ts';
import type { ExecutionStatus } from '../clients/execution-status.ts';
import { isDone } from '../operations/done-by-others.ts';
import type { Claim, Claims } from '../stores/claims.ts';
import type { History } from '../stores/history.ts';
import { partOfScope, type RollbackScope, type RollbackScopes } from '../stores/rollback-scope.ts';

export type LiveRollbacksDeps = {
  readonly claims: Pick<Claims, 'openOn'>;
  readonly scopes: Pick<RollbackScopes, 'read'>;
  readonly history: Pick<History, 'events'>;
  readonly statusOf: ExecutionStatus;
};

/**
 * Returns the live rollback of a phase that a start for a few hosts joins (`asked`, by name or instance id); undefined if there
 * is none. It acts on each of these hosts.
 *
 * A rollback that still asks people, and would touch more hosts than the start names, is not joined: the start would be the
 * answer `rollback` for hosts that its person did not name. Throws StillDeciding while a live rollback decides.
 */
export async function rollbackToJoin(
  deps: LiveRollbacksDeps,
  phase: number,
  asked: readonly string[],
): Promise<string | undefined> {
  const { whole, onHosts } = await deps.claims.openOn(phase);
  for (const live of [...(whole ? [{ ...whole, only_hosts: null }] : []), ...onHosts]) {
    if ((await statusOfLive(deps, live)) !== 'RUNNING') continue; // Reconcile closes it
    const { decided } = recordOf(await deps.history.events(live.rollback));
    const scope = await deps.scopes.read(live.rollback);
    if (decided === null || !scope)
      throw new StillDeciding(
        `Rollback ${live.rollback} of phase ${phase} has not decided yet, or not stored its hosts.`,
      );
    const coverage: Coverage = { only_hosts: live.only_hosts, hosts: hostsOf(scope, phase) };
    if (!covers(coverage, asked)) continue;
    if (decided.decision.startsWith('ask ') && touchesMore(toTouch(scope), asked)) continue;
    return live.rollback;
  }
  return undefined;
}

/** Returns the hosts on which a rollback acts in this phase: none if another rollback has rolled the phase back. */
function hostsOf(scope: RollbackScope, phase: number) {
  const isPartDone = scope.parts?.some((part) => part.phase === phase && isDone(scope, part));
  return isPartDone ? [] : partOfScope(scope, phase).hosts;
}

/** Returns the hosts that a rollback touches, with those that Reconcile rolls back for it once they are online again. */
const toTouch = ({ hosts, not_online, lost = [] }: RollbackScope) => [...hosts, ...not_online, ...lost];

/** Returns the status of a live rollback's execution. It ran since its opening. */
export async function statusOfLive(
  { statusOf, history }: Pick<LiveRollbacksDeps, 'statusOf' | 'history'>,
  { rollback, execution_arn }: Claim,
): Promise<string> {
  const [opening] = await history.events(rollback).catch(() => []);
  return statusOf(execution_arn, opening?.at);
}
