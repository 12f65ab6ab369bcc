import { contentHash } from '../../domain/content-hash.ts';
import { parseReleaseRequest } from '../../domain/decision/release-request.ts';
import { ReleaseRefused } from '../../domain/errors.ts';
import type { ExecutionStatus } from '../clients/execution-status.ts';
import type { Endings, ReachedEnding } from '../stores/endings.ts';
import type { FleetLocks } from '../stores/fleet-lock.ts';
import type { History } from '../stores/history.ts';
import { appendSealedSoon } from '../stores/seal.ts';

export type ReleaseRequest = {
  readonly fleet: string;
  readonly input: unknown;
  readonly execution: { readonly id: string };
};
export type ReleaseTheFleetDeps = {
  readonly locks: FleetLocks;
  readonly endings: Endings;
  readonly history: History;
  readonly statusOf: ExecutionStatus;
  readonly now: () => number;
};
export type ReleaseResult = { readonly fleet: string; readonly released: string; readonly operator: string };

/**
 * Frees a fleet that a rollback has kept, and records in that rollback's history who released it and why.
 *
 * Refuses a release while the holder's execution runs, if another rollback than the named one holds the fleet, and if
 * none does. The release is written first, or waits in the state table: a free fleet must have its release on record. If the
 * execution was stopped and Reconcile has not ended the rollback yet, the release ends it: it is not resumed after that.
 */
export async function releaseTheFleet(
  { locks, endings, history, statusOf, now }: ReleaseTheFleetDeps,
  { fleet, input, execution }: ReleaseRequest,
): Promise<ReleaseResult> {
  const { operator, reason, rollback } = parseReleaseRequest(input);
  const { holder: lock, waiters } = await locks.queue(fleet);
  const kept = waiters.find(({ part }) => part === 'person');
  if (!lock && kept)
    throw new ReleaseRefused(
      `Fleet ${fleet} is about to be held by rollback ${kept.rollback}, which ended "Needs a person". Release it again in a minute.`,
    );
  if (!lock) throw new ReleaseRefused(`No rollback holds fleet ${fleet}; there is nothing to release.`);
  if (rollback && rollback !== lock.rollback)
    throw new ReleaseRefused(
      `Fleet ${fleet} is held by rollback ${lock.rollback}, not by ${rollback}. Look at ${lock.rollback} first.`,
    );
  const status = await statusOf(lock.execution_arn, lock.taken_at);
  if (status === 'RUNNING')
    throw new ReleaseRefused(
      `Rollback ${lock.rollback} is still running and holds fleet ${fleet}. Stop its execution first, or let it end.`,
    );

  const at = new Date(now()).toISOString();
  const detail = {
    fleet,
    fence: lock.fence,
    operator,
    reason,
    execution_status: status,
    by: execution.id,
    lock_sha256: contentHash(lock),
  };
  if (status !== 'SUCCEEDED') await endings.reach(lock.rollback, releasedBy(operator, reason, status, at));
  await appendSealedSoon(history, lock.rollback, at, {
    // A person who releases it again, because an earlier release died half way, is on record too.
    id: `fleet-released/${lock.fence}/${execution.id.split(':').at(-1)}`,
    type: 'Fleet released',
    at,
    detail,
  });
  if (!(await locks.free(fleet, lock.rollback, lock.fence)))
    throw new ReleaseRefused(
      `Fleet ${fleet} changed hands while it was being released. Check again which rollback holds it.`,
    );
  return { fleet, released: lock.rollback, operator };
}

const releasedBy = (operator: string, reason: string, status: string, at: string): ReachedEnding => ({
  ending: 'Needs a person',
  problem: `Its execution ended ${status}, and ${operator} released the fleet: ${reason}`,
  at,
});
