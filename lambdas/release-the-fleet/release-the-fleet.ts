import { contentHash } from '../../domain/content-hash.ts';
import { parseReleaseRequest } from '../../domain/decision/release-request.ts';
import { ReleaseRefused } from '../../domain/errors.ts';
import { recordOf } from '../../domain/history/record.ts';
import type { ExecutionStatus } from '../clients/execution-status.ts';
import type { FleetLocks } from '../stores/fleet-lock.ts';
import type { History } from '../stores/history.ts';
import { seal } from '../stores/seal.ts';

export type ReleaseRequest = {
  readonly fleet: string;
  readonly input: unknown;
  readonly execution: { readonly id: string };
};
export type ReleaseTheFleetDeps = {
  readonly locks: FleetLocks;
  readonly history: History;
  readonly statusOf: ExecutionStatus;
  readonly now: () => number;
};
export type ReleaseResult = { readonly fleet: string; readonly released: string; readonly operator: string };

/**
 * Frees a fleet that a rollback has kept, and records in that rollback's history who released it and why.
 *
 * Refuses a release while the holder's execution runs, if another rollback than the named one holds the fleet, and if
 * none does. The history is written first: a free fleet must have its release on record.
 */
export async function releaseTheFleet(
  { locks, history, statusOf, now }: ReleaseTheFleetDeps,
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
  await history.append(lock.rollback, {
    id: `fleet-released/${lock.fence}`,
    type: 'Fleet released',
    at,
    detail,
  });
  await seal(history, lock.rollback, recordOf(await history.events(lock.rollback)).ending, at);
  if (!(await locks.free(fleet, lock.rollback, lock.fence)))
    throw new ReleaseRefused(
      `Fleet ${fleet} changed hands while it was being released. Check again which rollback holds it.`,
    );
  return { fleet, released: lock.rollback, operator };
}
