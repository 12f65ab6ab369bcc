import { contentHash } from '../../domain/content-hash.ts';
import { nextInQueue, type Waiter } from '../../domain/decision/fleet-queue.ts';
import { parseReleaseRequest } from '../../domain/decision/release-request.ts';
import { ReleaseRefused } from '../../domain/errors.ts';
import { withCause } from '../../domain/reconcile/execution-end.ts';
import type { ExecutionStatus, SeeExecutionEnd } from '../clients/execution-status.ts';
import type { Wake } from '../clients/wake-machine.ts';
import type { CheckedQuestionDeps } from '../operations/checked-question.ts';
import type { Endings } from '../stores/endings.ts';
import type { FleetLocks } from '../stores/fleet-lock.ts';
import type { History } from '../stores/history.ts';
import { sealedSoon } from '../stores/seal.ts';
import { type Aborted, abortHandOver, type Release } from './abort-hand-over.ts';
import { leaveHalf } from './leave-half.ts';

export type ReleaseRequest = {
  readonly fleet: string;
  readonly input: unknown;
  readonly execution: { readonly id: string };
};
export type ReleaseTheFleetDeps = CheckedQuestionDeps & {
  readonly locks: FleetLocks;
  readonly endings: Endings;
  readonly history: History;
  readonly statusOf: ExecutionStatus;
  readonly seeExecutionEnd: SeeExecutionEnd;
  readonly wake: Wake;
};
export type ReleaseResult = {
  readonly fleet: string;
  readonly released: string;
  readonly operator: string;
  /** The rollback that is next; null: none waits. `kept`: it has ended, and the fleet is kept for a person to release. */
  readonly next: { readonly rollback: string; readonly kept: boolean } | null;
};

/**
 * Frees a fleet that a rollback has kept, and records in that rollback's history who released it and why.
 *
 * While the holder hands over to an operator, the release is its answer `abort`: the rollback then ends *Needs a person*, and
 * the fleet is free at once. Otherwise refuses a release while the holder's execution runs. Refuses it too if another rollback than the named one holds the fleet, and if
 * none does. The release is written first, or waits in the state table: a free fleet must have its release on record. If the
 * execution was stopped and Reconcile has not ended the rollback yet, the release ends it, with the cause that a person gave
 * for the stop: it is not resumed after that.
 */
export async function releaseTheFleet(
  deps: ReleaseTheFleetDeps,
  { fleet, input, execution }: ReleaseRequest,
): Promise<ReleaseResult> {
  const { locks, endings, history, statusOf, seeExecutionEnd, wake, now } = deps;
  const { operator, reason, rollback } = parseReleaseRequest(input);
  const { holder: lock, waiters: all } = await locks.queue(fleet);
  const waiters = all.filter(({ rollback: one }) => one !== lock?.rollback); // a Reconcile that died may have left its place
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
  const by = execution.id;
  const release = { operator, reason, by };
  const aborted = status === 'RUNNING' ? await abort(deps, { fleet, rollback: lock.rollback }, release) : undefined;
  const at = new Date(now()).toISOString();
  const detail = {
    fleet,
    fence: lock.fence,
    operator,
    reason,
    execution_status: status,
    by,
    lock_sha256: contentHash(lock),
  };
  if (status !== 'SUCCEEDED') {
    const problem = aborted
      ? `${aborted.question.why[0]} ${operator} released the fleet: ${reason}${thenTakenBy(waiters, now())}`
      : withCause(
          `${operator} released the fleet (${reason}) after its execution ended ${status}`,
          await seeExecutionEnd(lock.execution_arn),
        );
    const { ending } = await endings.reach(lock.rollback, { ending: 'Needs a person', problem, at });
    if (ending === 'Needs a person') await leaveHalf(deps, fleet, lock, { by: operator, at });
  }
  await sealedSoon(history, lock.rollback, at, ...(aborted ? [aborted.answered] : []), {
    // A person who releases it again, because an earlier release died half way, is on record too.
    id: `fleet-released/${lock.fence}/${by.split(':').at(-1)}`,
    type: 'Fleet released',
    at,
    detail,
  });
  if (!(await locks.free(fleet, lock.rollback, lock.fence)))
    throw new ReleaseRefused(
      `Fleet ${fleet} changed hands while it was being released. Check again which rollback holds it.`,
    );
  if (waiters.length < all.length) await locks.leave(fleet, lock.rollback);
  // The machine ends by itself later too: at the deadline, or when Reconcile wakes it.
  if (aborted) await wake(aborted.question).catch(() => {});
  return { fleet, released: lock.rollback, operator, next: nextOf(waiters, now()) };
}

/** The page of the released rollback says that the fleet is free, but the next rollback takes it within seconds. */
function thenTakenBy(waiters: readonly Waiter[], at: number): string {
  const next = nextOf(waiters, at);
  return next && !next.kept ? `. Rollback ${next.rollback} waited for the fleet and takes it next` : '';
}

function nextOf(waiters: readonly Waiter[], now: number): ReleaseResult['next'] {
  const kept = waiters.find(({ part }) => part === 'person');
  const next = kept ?? nextInQueue(waiters, now);
  return next ? { rollback: next.rollback, kept: kept !== undefined } : null;
}

/** Answers the hand-over of a running holder. Refuses the release if it hands nothing over. */
async function abort(
  deps: ReleaseTheFleetDeps,
  { fleet, rollback }: { readonly fleet: string; readonly rollback: string },
  release: Release,
): Promise<Aborted> {
  const aborted = await abortHandOver(deps, rollback, release);
  if (aborted && 'answered' in aborted) return aborted;
  const decided = aborted ? ` Its hand-over is decided: ${aborted.decided}.` : '';
  throw new ReleaseRefused(
    `Rollback ${rollback} is still running and holds fleet ${fleet}.${decided} Stop its execution first, or let it end.`,
  );
}
